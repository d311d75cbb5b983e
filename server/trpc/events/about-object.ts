import type { NumberedEvent } from '#engine/events/index.ts';

/**
 * Those of what has, or had, this name or id: of an object all of its events, whatever it was called then, and of a container
 * that it came to a network and left it.
 */
export function aboutObject(
  events: readonly NumberedEvent[],
  { type, key }: { type: string; key: string },
): NumberedEvent[] {
  const called = events.filter((event) => event.type === type && (event.id === key || event.name === key));
  const ids = new Set([key, ...called.map(({ id }) => id)]);
  const isAbout = (event: NumberedEvent): boolean => {
    if (event.type === type) return ids.has(event.id);
    const container = event.attributes['container'];
    return type === 'container' && container !== undefined && ids.has(container);
  };
  return events.filter(isAbout);
}
