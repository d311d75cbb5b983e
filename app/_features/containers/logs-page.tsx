'use client';
import { ContainerFrame } from './container-frame.tsx';
import { stateSince } from './container-state.ts';
import { LogEnding } from './log-ending.tsx';
import { LogViewer, prepareNow } from './tab-parts.tsx';

prepareNow(LogViewer);

export function LogsPage({ name }: { name: string }) {
  return (
    <ContainerFrame name={name}>
      {(detail) => {
        // A log ends with its process: with the next one it is followed anew.
        const run = detail.state.status === 'running' ? stateSince(detail.state)?.getTime() : 0;
        return (
          <LogViewer
            key={`${detail.id} ${run}`}
            containerId={detail.id}
            name={detail.name}
            startedAt={'startedAt' in detail.state ? detail.state.startedAt : undefined}
            ending={<LogEnding detail={detail} />}
          />
        );
      }}
    </ContainerFrame>
  );
}
