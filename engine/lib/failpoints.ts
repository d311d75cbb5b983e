import { EngineError } from '../errors/index.ts';

/**
 * Every place where the engine may be made to fail: one after each side effect of an operation, named
 * `<operation>.<what was done>`.
 */
export const FAILPOINTS = [
  ...['create.row', 'create.layer', 'create.folder', 'create.volumes', 'create.filled', 'create.ready'],
  ...['snapshot.row', 'snapshot.folders', 'snapshot.removing', 'snapshot.erased'],
  ...['start.mounted', 'start.volumes', 'start.network', 'start.files', 'start.memory', 'start.task', 'start.saved'],
  ...['runtime.files', 'runtime.started'],
  ...['attach.rows', 'attach.namespace', 'attach.linked', 'attach.ports', 'attach.ready', 'attach.names'],
  ...['stop.intent', 'stop.signalled'],
  ...['exit.saved', 'exit.network', 'exit.runtime', 'exit.memory', 'exit.root', 'exit.volumes'],
  ...['detach.rows', 'detach.namespace', 'detach.ports', 'detach.forgotten'],
  ...['remove.row', 'remove.network', 'remove.runtime', 'remove.memory', 'remove.root', 'remove.layer'],
  ...['remove.folders', 'remove.volumes', 'remove.gone'],
  ...['volume.row', 'volume.folders', 'volume.filled', 'volume.ready'],
  ...['volume.removing', 'volume.unmounted', 'volume.erased', 'volume.paused'],
  ...['volume.begun', 'volume.laid', 'volume.finished'],
  ...['network.row', 'network.bridge', 'network.firewall', 'network.ready'],
  ...['network.removing', 'network.unnamed', 'network.unlinked', 'network.unfiltered', 'network.gone'],
  ...['connect.saved', 'connect.row', 'connect.plugged', 'connect.ready', 'connect.moved', 'connect.files'],
  ...['disconnect.saved', 'disconnect.moved', 'disconnect.unplugged', 'disconnect.files'],
  ...['load.unpacked', 'layer.applied', 'layer.committed', 'layer.synced', 'layer.blob', 'image.config', 'image.saved'],
  ...['load.kept'],
  ...['commit.marked', 'commit.paused', 'commit.packed', 'commit.thawed'],
  ...['image.row-gone', 'image.layers-gone', 'image.tagged', 'rename.saved'],
  ...['update.row', 'update.group'],
] as const;

export type Failpoint = (typeof FAILPOINTS)[number];

type Action = { kind: 'exit' } | { kind: 'error'; code: string } | { kind: 'delay'; ms: number };

const armed = new Map<Failpoint, { left: number; action: Action }>();

/**
 * Reads `name=[count*]action` joined by `;`: `exit` kills this process at once, `error(CODE)` throws an error of the
 * operating system with that code, `delay(ms)` waits. With a count the action is taken that often and no more. It
 * replaces what was armed before.
 *
 * @returns what is armed, with how often each action may still be taken
 * @throws EngineError `invalid_argument` for an unknown name or action
 */
export function armFailpoints(text: string): ReadonlyMap<Failpoint, { readonly left: number }> {
  armed.clear();
  for (const part of text.split(';').filter((one) => one.trim() !== '')) {
    const [, name = '', count, action = ''] = /^\s*([^=\s]*)=(?:(\d+)\*)?(.*?)\s*$/.exec(part) ?? [];
    const known = FAILPOINTS.find((one) => one === name);
    if (known === undefined) throw invalid(part, `there is no failpoint "${name}"`);
    armed.set(known, {
      left: count === undefined ? Number.POSITIVE_INFINITY : Number(count),
      action: parse(action, part),
    });
  }
  return armed;
}

function parse(text: string, part: string): Action {
  if (text === 'exit') return { kind: 'exit' };
  const code = /^error\((E[A-Z0-9]+)\)$/.exec(text)?.[1];
  if (code !== undefined) return { kind: 'error', code };
  const ms = /^delay\((\d{1,7})\)$/.exec(text)?.[1];
  if (ms !== undefined) return { kind: 'delay', ms: Number(ms) };
  throw invalid(part, `"${text}" is none of exit, error(CODE), delay(ms)`);
}

function invalid(part: string, why: string): EngineError {
  return new EngineError('invalid_argument', `DAVIT_FAILPOINT: cannot read "${part.trim()}": ${why}`, {
    reason: 'failpoint_invalid',
    field: 'DAVIT_FAILPOINT',
  });
}

/** Does what is armed for this place, which outside of fault tests is nothing. */
export async function failpoint(name: Failpoint): Promise<void> {
  const point = armed.get(name);
  if (point === undefined || point.left === 0) return;
  point.left -= 1;
  const { action } = point;
  if (action.kind === 'exit') process.kill(process.pid, 'SIGKILL');
  if (action.kind === 'error') {
    throw Object.assign(new Error(`${action.code}: failpoint ${name}`), { code: action.code, syscall: 'failpoint' });
  }
  if (action.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, action.ms));
}
