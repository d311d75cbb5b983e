import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '#engine/lib/index.ts';
import { type Db, isUniqueViolation, type LateWrites, NO_BACKLOG } from '../db/index.ts';
import { withoutSecrets } from './without-secrets.ts';

export type AuditResult = 'allowed' | 'denied' | 'failed';

export interface AuditEntry {
  requestId: string;
  environmentId: string;
  actor: {
    id: string | undefined;
    name: string;
    sessionId?: string | undefined;
    /** In place of a session: the token or certificate that was shown. */
    credentialId?: string | undefined;
  };
  address?: string | undefined;
  /** `container.start`, `session.sign-in` … as declared on the procedure. */
  action: string;
  object?: { type: string; id?: string | undefined; name?: string | undefined } | undefined;
  result: AuditResult;
  /** Changed fields, error reason; secrets are taken out here again. */
  details?: Record<string, unknown> | undefined;
}

/** One that waited for its place, as its file has it. */
const KEPT_ENTRY = z.object({
  requestId: z.string(),
  environmentId: z.string(),
  actor: z.object({
    id: z.string().optional(),
    name: z.string(),
    sessionId: z.string().optional(),
    credentialId: z.string().optional(),
  }),
  address: z.string().optional(),
  action: z.string(),
  object: z.object({ type: z.string(), id: z.string().optional(), name: z.string().optional() }).optional(),
  result: z.enum(['allowed', 'denied', 'failed']),
  details: z.record(z.string(), z.unknown()),
  at: z.coerce.date(),
});

interface AuditRecord extends AuditEntry {
  seq: number;
  at: Date;
  details: Record<string, unknown>;
}

interface AuditFilter {
  /** Newest first, below this number: for paging. */
  before?: number | undefined;
  limit?: number | undefined;
  action?: string | undefined;
  actorId?: string | undefined;
  objectType?: string | undefined;
  objectId?: string | undefined;
  result?: AuditResult | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
}

type ChainVerdict = { ok: true; rows: number } | { ok: false; rows: number; brokenAt: number; problem: string };

/** What was asked of this server, by whom, and whether it was allowed: rows are only ever added, each one sealing the one before. */
export interface Audit {
  /**
   * Rejects when the row cannot be written: the caller must then not act. Only the row of an order that must always be possible
   * (`MAY_WAIT`) may wait for a disk that cannot be written to; it has the number 0 until then.
   */
  append(entry: AuditEntry): Promise<AuditRecord>;
  list(filter?: AuditFilter): Promise<AuditRecord[]>;
  /**
   * Reads every row and recomputes its seal. Rows cut off at the end show only against a `head` noted elsewhere.
   */
  verifyChain(head?: { seq: number; hash: string }): Promise<ChainVerdict>;
  head(): Promise<{ seq: number; hash: string } | undefined>;
}

type Row = NonNullable<Awaited<ReturnType<Db['auditRow']['findUnique']>>>;

/** Ending containers, and what was said to it; everything else waits for the disk itself. */
const MAY_WAIT = ['container.stop', 'container.kill', 'container.remove'];
const TO = 'audit';
const FIRST_HASH = '0'.repeat(64);
const PAGE = 1_000;
const MAX_ATTEMPTS = 20;
const MAX_LIST = 500;

export function createAudit(db: Db, opts: { clock: Clock; late?: LateWrites }): Audit {
  const { late = NO_BACKLOG } = opts;
  const last = () => db.auditRow.findFirst({ orderBy: { seq: 'desc' } });
  // What this process wrote last; read anew when another one has written since.
  let previous: { seq: number; hash: string } | undefined;
  // Number and hash of the next row depend on the last one: one writer at a time in this process.
  let tail: Promise<unknown> = Promise.resolve();

  async function write(entry: AuditEntry, at: Date): Promise<AuditRecord> {
    for (let attempt = 1; ; attempt += 1) {
      previous ??= (await last()) ?? { seq: 0, hash: FIRST_HASH };
      const row = toRow(entry, previous.seq + 1, at, previous.hash);
      previous = undefined;
      try {
        await db.auditRow.createMany({ data: row });
        previous = { seq: row.seq, hash: row.hash };
        return toRecord(row);
      } catch (cause) {
        // The command line writes rows too, from a process of its own: the number was taken meanwhile.
        if (!isUniqueViolation(cause) || attempt === MAX_ATTEMPTS) throw cause;
      }
    }
  }

  /** With the time it was asked at, whenever it gets its number. */
  async function writeOrKeep(entry: AuditEntry): Promise<AuditRecord> {
    const at = opts.clock();
    if (!MAY_WAIT.includes(entry.action)) return late.inOrder(() => write(entry, at));
    const kept = { ...entry, details: toDetails(entry.details), at: at.toISOString() };
    return late.write(
      { to: TO, key: entry.requestId, data: kept },
      () => write(entry, at),
      () => toRecord(toRow(entry, 0, at, '')),
    );
  }
  late.register(TO, async ({ data }) => {
    if (data === null) return;
    const { at, actor, ...entry } = KEPT_ENTRY.parse(data);
    await write({ ...entry, actor: { ...actor, id: actor.id } }, at);
  });

  return {
    append(entry) {
      const written = tail.then(() => writeOrKeep(entry));
      // A row that failed has told its own caller; the next one must still be tried.
      tail = written.catch(() => undefined);
      return written;
    },

    async list(filter = {}) {
      const { before, limit = 100, since, until, ...equal } = filter;
      const where = {
        ...equal,
        ...(before !== undefined && { seq: { lt: before } }),
        ...((since || until) && { at: { ...(since && { gte: since }), ...(until && { lt: until }) } }),
      };
      const take = Math.max(1, Math.min(limit, MAX_LIST));
      return (await db.auditRow.findMany({ where, orderBy: { seq: 'desc' }, take })).map(toRecord);
    },

    async verifyChain(head) {
      let rows = 0;
      let previousHash = FIRST_HASH;
      let expectedSeq: number | undefined;
      let seenHead = head === undefined;
      for await (const row of allRows(db)) {
        const problem = checkRow(row, expectedSeq, previousHash);
        if (problem !== undefined) return { ok: false, rows, brokenAt: row.seq, problem };
        if (row.seq === head?.seq) seenHead = row.hash === head.hash;
        rows += 1;
        expectedSeq = row.seq + 1;
        previousHash = row.hash;
      }
      if (!seenHead && head)
        return { ok: false, rows, brokenAt: head.seq, problem: 'rows at the end are missing or others' };
      return { ok: true, rows };
    },

    async head() {
      const row = await last();
      return row === null ? undefined : { seq: row.seq, hash: row.hash };
    },
  };
}

async function* allRows(db: Db): AsyncGenerator<Row> {
  for (let after = 0; ; ) {
    const page = await db.auditRow.findMany({ where: { seq: { gt: after } }, orderBy: { seq: 'asc' }, take: PAGE });
    yield* page;
    const end = page.at(-1);
    if (end === undefined || page.length < PAGE) return;
    after = end.seq;
  }
}

function checkRow(row: Row, expectedSeq: number | undefined, previousHash: string): string | undefined {
  if (row.seq !== (expectedSeq ?? 1)) return `row ${expectedSeq ?? 1} is missing`;
  if (row.previousHash !== previousHash) return 'does not follow the row before it';
  return row.hash === sealOf(row) ? undefined : 'was changed after it was written';
}

/** An array in fixed order: every column, so that none can be changed unseen. */
function sealOf(row: Omit<Row, 'hash'>): string {
  const fields = [
    row.seq,
    row.at.toISOString(),
    row.environmentId,
    row.requestId,
    row.actorId,
    row.actorName,
    row.sessionId,
    row.address,
    row.action,
    row.objectType,
    row.objectId,
    row.objectName,
    row.result,
    row.detailsJson,
    row.previousHash,
  ];
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}

function toRow(entry: AuditEntry, seq: number, at: Date, previousHash: string): Row {
  const row = {
    seq,
    at,
    environmentId: entry.environmentId,
    requestId: entry.requestId,
    actorId: entry.actor.id ?? null,
    actorName: entry.actor.name.slice(0, 256),
    sessionId: entry.actor.sessionId ?? entry.actor.credentialId ?? null,
    address: entry.address ?? null,
    action: entry.action,
    objectType: entry.object?.type ?? null,
    objectId: entry.object?.id?.slice(0, 512) ?? null,
    objectName: entry.object?.name?.slice(0, 512) ?? null,
    result: entry.result,
    detailsJson: JSON.stringify(toDetails(entry.details)),
    previousHash,
  };
  return { ...row, hash: sealOf(row) };
}

function toDetails(details: AuditEntry['details']): Record<string, unknown> {
  return withoutSecrets(details ?? {}) as Record<string, unknown>;
}

function toRecord(row: Row): AuditRecord {
  const { seq, at, environmentId, requestId, action } = row;
  return {
    seq,
    at,
    environmentId,
    requestId,
    actor: { id: row.actorId ?? undefined, name: row.actorName, sessionId: row.sessionId ?? undefined },
    address: row.address ?? undefined,
    action,
    object:
      row.objectType === null
        ? undefined
        : { type: row.objectType, id: row.objectId ?? undefined, name: row.objectName ?? undefined },
    result: row.result as AuditResult,
    details: JSON.parse(row.detailsJson),
  };
}
