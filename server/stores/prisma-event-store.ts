import type { EventStore, NumberedEvent } from '#engine/events/index.ts';
import type { Db } from '../db/index.ts';
import { toKnownError } from '../errors/index.ts';
import { fromJson, toJson } from './json.ts';

type Row = NonNullable<Awaited<ReturnType<Db['eventRow']['findFirst']>>>;

/** A statement of each length is prepared and kept: a few of them do for any number of rows. */
const LENGTHS = [64, 16, 4, 1];

export class PrismaEventStore implements EventStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  async newest(limit: number): Promise<NumberedEvent[]> {
    const rows = await this.#db.eventRow.findMany({ orderBy: { seq: 'desc' }, take: limit });
    // Most events of an object have the same attributes: one of each is enough.
    const read = new Map<string, NumberedEvent['attributes']>();
    return rows.reverse().map((row) => {
      const text = row.attributesJson;
      const attributes = read.get(text) ?? fromJson<NumberedEvent['attributes']>(text, `event ${row.seq}`);
      read.set(text, attributes);
      return toEvent(row, attributes);
    });
  }

  async append(events: readonly NumberedEvent[]): Promise<void> {
    const [first] = events;
    if (first === undefined) return;
    try {
      await this.#db.$transaction([
        this.#db.eventRow.deleteMany({ where: { seq: { gte: first.seq } } }),
        ...inParts(events.map(toRow)).map((data) => this.#db.eventRow.createMany({ data })),
      ]);
    } catch (error) {
      // It is told on a page.
      throw toKnownError(error) ?? error;
    }
  }

  async trim(limit: number): Promise<void> {
    const last = await this.#db.eventRow.findFirst({ orderBy: { seq: 'desc' }, skip: limit, select: { seq: true } });
    if (last !== null) await this.#db.eventRow.deleteMany({ where: { seq: { lte: last.seq } } });
  }
}

function inParts(rows: readonly Row[]): Row[][] {
  const parts: Row[][] = [];
  for (let from = 0; from < rows.length; from += parts.at(-1)?.length ?? 0) {
    const length = LENGTHS.find((one) => one <= rows.length - from) ?? 1;
    parts.push(rows.slice(from, from + length));
  }
  return parts;
}

function toRow({ seq, at, type, action, id, name, attributes, actor, entrance, operationId }: NumberedEvent): Row {
  return {
    seq: BigInt(seq),
    at,
    type,
    action,
    objectId: id,
    objectName: name ?? null,
    attributesJson: toJson(attributes),
    actor: actor ?? null,
    entrance: entrance ?? null,
    operationId: operationId ?? null,
  };
}

function toEvent(row: Row, attributes: NumberedEvent['attributes']): NumberedEvent {
  const { at, action, objectName, actor, entrance, operationId } = row;
  return {
    seq: Number(row.seq),
    type: row.type as NumberedEvent['type'],
    action,
    id: row.objectId,
    name: objectName ?? undefined,
    attributes,
    actor: actor ?? undefined,
    entrance: (entrance as NumberedEvent['entrance'] | null) ?? undefined,
    operationId: operationId ?? undefined,
    at,
  };
}
