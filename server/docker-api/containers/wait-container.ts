import { badRequest } from '../docker-error.ts';
import type { DockerCall } from '../route.ts';
import { callOptions } from './call-options.ts';

const CONDITIONS = ['not-running', 'next-exit', 'removed'] as const;

/** `POST /containers/{id}/wait`: clients start the container as soon as they see our headers, which say that we wait. */
export async function waitContainer(call: DockerCall): Promise<void> {
  const { res, query } = call;
  const asked = query.get('condition') || 'not-running';
  const condition = CONDITIONS.find((known) => known === asked);
  if (condition === undefined) throw badRequest(`invalid condition: "${asked}"`, 'condition_invalid');
  const onWaiting = () => {
    if (res.headersSent) return;
    res.writeHead(200, { 'Content-Type': 'application/json' });
    res.flushHeaders();
  };
  const { exitCode, error } = await waitFor(call, condition, onWaiting);
  // There may have been nothing to wait for.
  onWaiting();
  const body = { ...(error === undefined || error === '' ? {} : { Error: { Message: error } }), StatusCode: exitCode };
  res.end(`${JSON.stringify(body)}\n`);
}

/** A start that failed is no exit: whoever started it is told by the start, and the next exit is still to come. */
async function waitFor(call: DockerCall, condition: (typeof CONDITIONS)[number], onWaiting: () => void) {
  const { containers } = call.environment;
  for (;;) {
    const result = await containers.wait(call.id, { ...callOptions(call), condition, onWaiting });
    if (condition !== 'next-exit' || result.error === undefined) return result;
    const { state } = await containers.inspect(call.id);
    if (state.status !== 'created') return result;
  }
}
