import type { Logger } from '#engine/lib/index.ts';
import type { Environment } from '../environments/index.ts';
import { serialize } from '../trpc/wire.schema.ts';

/** What begins together comes in one message; in a storm of events the rows are read so often and not more. */
const SOON_MS = 15;
const GATHER_MS = 100;

/** `rows`, as answers of procedures are written, has no row of what is gone. Without `rows` whoever shows them must ask. */
interface RowsMessage {
  ids: readonly string[];
  /** All events up to here have their rows in this message or in one before it. */
  seq: number;
  rows?: unknown;
}

interface RowTeller extends Disposable {
  /** Something happened to this container. */
  note(id: string): void;
}

/**
 * Reads the rows of the list that events are about, once for everybody: of many people who look on each would else ask for the
 * same row at the same moment.
 *
 * @param opts.isWanted false: nobody looks on, nothing is read
 * @param opts.lastEvent the number of the last event; each was noted before the next has one
 */
export function openRowTeller(
  containers: Pick<Environment['containers'], 'list'>,
  opts: { isWanted(): boolean; lastEvent(): number; tell(message: RowsMessage): void; log: Logger },
): RowTeller {
  const { isWanted, lastEvent, tell, log } = opts;
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let isReading = false;
  let readAt = Number.NEGATIVE_INFINITY;

  function plan(): void {
    if (isReading || timer !== undefined || changed.size === 0) return;
    timer = setTimeout(() => void read(), performance.now() - readAt > GATHER_MS ? SOON_MS : GATHER_MS);
  }

  async function read(): Promise<void> {
    timer = undefined;
    isReading = true;
    readAt = performance.now();
    const ids = [...changed];
    const seq = lastEvent();
    changed.clear();
    try {
      if (isWanted()) tell({ ids, seq, rows: serialize(await containers.list({ all: true, ids })) });
    } catch (err) {
      log.debug({ err }, 'rows that changed could not be read');
      tell({ ids, seq });
    } finally {
      isReading = false;
      plan();
    }
  }

  return {
    note(id) {
      changed.add(id);
      plan();
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
      changed.clear();
    },
  };
}
