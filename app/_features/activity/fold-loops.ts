import type { EngineEvent } from '../../_lib/trpc.ts';

/** The restarts of one container that goes on ending and being started, in place of the events of each. */
export interface Loop {
  kind: 'loop';
  /** Of the container. */
  id: string;
  /** The newest of its ends or starts. */
  event: EngineEvent;
  /** All that it stands for, newest first. */
  events: EngineEvent[];
  restarts: number;
  /** The oldest of them. */
  since: Date;
}

type Line = { kind: 'event'; event: EngineEvent } | Loop;

/** Fewer are told one by one. */
const FEWEST = 3;
const STEPS: readonly string[] = ['start', 'die', 'connect', 'disconnect'];

/** Events, newest first; of a container that was started over and over by its policy one line stands for them all. */
export function foldLoops(events: readonly EngineEvent[]): Line[] {
  const starts = Map.groupBy(
    events.filter((event) => event.action === 'start' && loopId(event) !== undefined),
    (event) => event.id,
  );
  const loops = new Map<string, { events: EngineEvent[]; line?: Loop }>();
  return events.flatMap((event): Line[] => {
    const id = loopId(event);
    const restarts = id === undefined ? [] : (starts.get(id) ?? []);
    if (id === undefined || restarts.length < FEWEST) return [{ kind: 'event', event }];
    const loop = loops.get(id) ?? { events: [] };
    loops.set(id, loop);
    loop.events.push(event);
    if (loop.line !== undefined) {
      loop.line.since = event.at;
      return [];
    }
    // What its network says comes first of a start, and has no name of the container.
    if (event.type !== 'container') return [];
    loop.line = { kind: 'loop', id, event, events: loop.events, restarts: restarts.length, since: event.at };
    return [loop.line];
  });
}

/** Of which container it may be a step of a loop: what nobody asked for. */
function loopId({ type, action, actor, id, attributes }: EngineEvent): string | undefined {
  if (actor !== undefined || !STEPS.includes(action)) return undefined;
  return type === 'container' ? id : type === 'network' ? attributes['container'] : undefined;
}
