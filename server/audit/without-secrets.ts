const SECRET_KEY =
  /pass(?:word|phrase)?$|secret|token|credential|authorization|cookie|private_?key|api_?key|^code$|^auth$/i;
const HIDDEN = '[hidden]';
const MAX_TEXT = 1_000;
const MAX_ITEMS = 100;
const MAX_DEPTH = 6;

/** A bounded copy without values of secret-looking keys; of `env` only the names stay. */
export function withoutSecrets(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
  if (typeof value === 'bigint') return String(value);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Date) return value.toISOString();
  if (depth >= MAX_DEPTH) return '…';
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => withoutSecrets(item, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value).slice(0, MAX_ITEMS)) copy[key] = withoutSecret(key, part, depth);
  return copy;
}

function withoutSecret(key: string, value: unknown, depth: number): unknown {
  if (SECRET_KEY.test(key)) return HIDDEN;
  if (!/^env(?:ironment)?$/i.test(key)) return withoutSecrets(value, depth + 1);
  const names = Array.isArray(value)
    ? value.map(String)
    : value !== null && typeof value === 'object'
      ? Object.keys(value)
      : [];
  return names.slice(0, MAX_ITEMS).map((entry) => entry.replace(/=.*$/s, ''));
}
