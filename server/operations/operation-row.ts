import type { Db } from '../db/index.ts';
import type { OperationRecord, OperationState } from './operations.ts';
import { readSteps } from './step-list.ts';

type Row = NonNullable<Awaited<ReturnType<Db['operation']['findUnique']>>>;

export function toRow(record: OperationRecord): Omit<Row, 'requestJson'> {
  return {
    id: record.id,
    environmentId: record.environmentId,
    kind: record.kind,
    state: record.state,
    actorId: record.actorId ?? null,
    actorName: record.actorName,
    objectType: record.object?.type ?? null,
    objectId: record.object?.id ?? null,
    objectName: record.object?.name ?? null,
    startedAt: record.startedAt,
    finishedAt: record.finishedAt ?? null,
    ...toEndColumns(record),
  };
}

export function toEnd(record: OperationRecord) {
  return { state: record.state, finishedAt: record.finishedAt ?? null, ...toEndColumns(record) };
}

function toEndColumns(record: OperationRecord) {
  return {
    progressJson: toColumn(record.progress),
    resultJson: toColumn(record.result),
    errorJson: toColumn(record.error),
    logJson: JSON.stringify(record.log),
    stepsJson: JSON.stringify({ steps: record.steps, stepsDropped: record.stepsDropped }),
  };
}

export function toColumn(value: unknown): string | null {
  if (value === undefined) return null;
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part));
}

export function fromColumn(text: string | null) {
  return text === null ? undefined : JSON.parse(text);
}

export function toRecord(row: Row): OperationRecord {
  const { id, environmentId, kind, actorName, startedAt } = row;
  return {
    id,
    environmentId,
    kind,
    state: row.state as OperationState,
    cancelling: false,
    actorId: row.actorId ?? undefined,
    actorName,
    object:
      row.objectType === null
        ? undefined
        : { type: row.objectType, id: row.objectId ?? undefined, name: row.objectName ?? undefined },
    progress: fromColumn(row.progressJson),
    ...readSteps(row.stepsJson),
    canRetry: row.requestJson !== null && ['failed', 'cancelled', 'interrupted'].includes(row.state),
    result: fromColumn(row.resultJson),
    error: fromColumn(row.errorJson),
    log: JSON.parse(row.logJson),
    startedAt,
    finishedAt: row.finishedAt ?? undefined,
  };
}
