/** The same, of which nothing can be changed any more: it may be shared. Only what is a tree of plain values. */
export function deepFrozen<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFrozen(part);
  return Object.freeze(value);
}
