import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowRight, X } from 'lucide';
import { useTranslations } from 'next-intl';
import { useTRPC } from '../../../_lib/trpc.ts';
import { SelectField, TextField } from '../../../_ui/field.tsx';
import { Icon } from '../../../_ui/icon.tsx';
import { IconButton } from '../../../_ui/icon-button.tsx';
import type { PortRow } from './create-form.ts';
import { FieldList } from './field-list.tsx';
import { type HostCheck, useCreateForm, useHostCheck, useLeftValue, useProblemText } from './form-context.ts';
import { FormRows } from './form-rows.tsx';
import { RowProblem } from './row-problem.tsx';
import { newPort, type Suggestions } from './view-model.ts';

export function PortsSection({ suggestions }: { suggestions: Suggestions['ports'] }) {
  const t = useTranslations('create');
  const { form, change } = useCreateForm();
  const add = (given: Partial<PortRow> = {}) => change({ ports: [...form.ports, newPort(form.ports, given)] });
  return (
    <>
      <FormRows
        rows={form.ports}
        add={{ label: t('addPort'), onAdd: () => add() }}
        suggestions={suggestions.map(({ containerPort, protocol }) => ({
          key: `${containerPort}/${protocol}`,
          label: t('addExposed', { port: `${containerPort}/${protocol}` }),
          onAdd: () => add({ hostPort: containerPort, containerPort, protocol }),
        }))}
      >
        {(row) => <PortFields row={row} />}
      </FormRows>
      <FieldList section="ports" />
    </>
  );
}

function PortFields({ row }: { row: PortRow }) {
  const t = useTranslations('create');
  const { form, change, problemOf, leave } = useCreateForm();
  const text = useProblemText();
  const key = `ports.${row.key}`;
  const set = (part: Partial<PortRow>) =>
    change({ ports: form.ports.map((other) => (other.key === row.key ? { ...other, ...part } : other)) });
  const own = problemOf(key);
  const asked = JSON.stringify([row.protocol, row.hostAddress.trim(), row.hostPort.trim()]);
  const { left, onBlur } = useLeftValue(asked);
  const port = toCheck(row);
  const { problem } = useHostCheck(left === undefined || port === undefined ? undefined : { port });
  const shown = own ?? (problem && text(problem.reason, problem.params));
  const near = useFreeNear(problem?.reason === 'port_in_use' ? port : undefined);
  function onLeave() {
    onBlur();
    if (row.containerPort !== '' || row.hostPort !== '') leave(key);
  }
  return (
    <li>
      <fieldset
        aria-label={t('portRow', { port: row.hostPort || row.containerPort })}
        className="grid grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)_16px_minmax(0,1fr)_76px_28px] items-end gap-2 max-md:grid-cols-[minmax(0,1fr)_16px_minmax(0,1fr)_44px]"
      >
        <div className="max-md:col-span-3">
          <TextField
            label={t('hostAddress')}
            mono
            placeholder="0.0.0.0"
            value={row.hostAddress}
            onChange={(event) => set({ hostAddress: event.target.value })}
            onBlur={onLeave}
          />
        </div>
        <div className="max-md:row-start-2">
          <TextField
            label={t('hostPort')}
            mono
            inputMode="numeric"
            placeholder={t('anyPort')}
            aria-invalid={shown !== undefined || undefined}
            aria-describedby={shown === undefined ? undefined : `${key}-problem`}
            className={shown === undefined ? '' : '!border-danger'}
            value={row.hostPort}
            onChange={(event) => set({ hostPort: event.target.value })}
            onBlur={onLeave}
          />
        </div>
        <span className="flex h-8 items-center text-faint max-md:row-start-2 max-md:h-11">
          <Icon icon={ArrowRight} />
        </span>
        <div className="max-md:row-start-2">
          <TextField
            label={t('containerPort')}
            mono
            inputMode="numeric"
            value={row.containerPort}
            onChange={(event) => set({ containerPort: event.target.value })}
            onBlur={onLeave}
          />
        </div>
        <div className="max-md:col-span-3 max-md:row-start-3">
          <SelectField
            label={t('protocol')}
            value={row.protocol}
            onChange={(event) => set({ protocol: event.target.value === 'udp' ? 'udp' : 'tcp' })}
            onBlur={onLeave}
            options={[
              { value: 'tcp', label: 'tcp' },
              { value: 'udp', label: 'udp' },
            ]}
          />
        </div>
        <span className="flex h-8 items-center max-md:col-start-4 max-md:row-start-1 max-md:h-11">
          <IconButton
            icon={X}
            label={t('removePort')}
            onClick={() => change({ ports: form.ports.filter((other) => other.key !== row.key) })}
          />
        </span>
      </fieldset>
      <RowProblem id={`${key}-problem`} text={shown}>
        {near.length > 0 && (
          <>
            {t('freeNear')}
            {near.map((free) => (
              <button
                key={free}
                type="button"
                className="ml-1.5 min-h-6 min-w-6 font-medium text-accent underline"
                onClick={() => set({ hostPort: String(free) })}
              >
                {free}
              </button>
            ))}
          </>
        )}
      </RowProblem>
    </li>
  );
}

function toCheck({ protocol, hostAddress, hostPort }: PortRow): HostCheck['port'] {
  const port = Number(hostPort);
  if (!/^\d{1,5}$/.test(hostPort.trim()) || port < 1 || port > 65_535) return undefined;
  return { protocol, hostAddress: hostAddress.trim(), hostPort: port };
}

/** The next ports nobody holds, at most two of the eight that follow. */
function useFreeNear(taken: HostCheck['port']): number[] {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { data = [] } = useQuery({
    queryKey: ['free-near', taken],
    enabled: taken !== undefined,
    queryFn: async () => {
      if (taken === undefined) return [];
      const candidates = Array.from({ length: 8 }, (_, index) => taken.hostPort + 1 + index).filter(
        (port) => port < 65_536,
      );
      const answers = await Promise.all(
        candidates.map((hostPort) =>
          queries.fetchQuery(trpc.containers.checkCreate.queryOptions({ port: { ...taken, hostPort } })),
        ),
      );
      return candidates.filter((_, index) => answers[index]?.length === 0).slice(0, 2);
    },
  });
  return taken === undefined ? [] : data;
}
