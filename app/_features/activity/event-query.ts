const OBJECT_TYPES = ['container', 'image', 'network', 'volume'] as const;
export type EventObjectType = (typeof OBJECT_TYPES)[number];

/** Whose events an address asks for: those of an object, and those of an operation. */
interface AskedEvents {
  object?: { type: EventObjectType; key: string };
  operationId?: string;
}

/** What each of them is in the address. */
export const EVENT_PARAMS = [...OBJECT_TYPES, 'operation'] as const;

export function readAskedEvents(params: Pick<URLSearchParams, 'get'>): AskedEvents {
  const type = OBJECT_TYPES.find((one) => (params.get(one) ?? '') !== '');
  const operationId = params.get('operation') ?? '';
  return {
    ...(type !== undefined && { object: { type, key: params.get(type) ?? '' } }),
    ...(operationId !== '' && { operationId }),
  };
}

export function eventsHref(of: (typeof EVENT_PARAMS)[number], key: string): string {
  return `/activity/events?${new URLSearchParams({ [of]: key })}`;
}
