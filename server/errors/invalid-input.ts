import type { z } from 'zod';

interface InvalidField {
  /** The keys that lead to it, with dots. */
  field: string;
  reason: string;
}

/** What a request is refused for whose fields cannot be used: the reason, and which fields for what. */
export function invalidInput({ issues }: z.ZodError) {
  const fields = issues.flatMap(fieldsOf);
  const unknown = fields.find(({ reason }) => reason === UNKNOWN);
  // Most often a page of another version: it is told what to do, which no word on its other fields would.
  if (unknown !== undefined) return { reason: UNKNOWN, field: unknown.field, fields };
  return { reason: 'invalid_input', fields };
}

/** The same for fields that nothing takes, of which there is at least one. */
export function unknownFields(names: readonly string[]) {
  const fields = names.map((field) => ({ field, reason: UNKNOWN }));
  return { reason: UNKNOWN, field: names[0], fields };
}

const UNKNOWN = 'unknown_field';

function fieldsOf(issue: z.core.$ZodIssue): InvalidField[] {
  if (issue.code !== 'unrecognized_keys') return [{ field: issue.path.join('.'), reason: issue.message }];
  return issue.keys.map((key) => ({ field: [...issue.path, key].join('.'), reason: UNKNOWN }));
}
