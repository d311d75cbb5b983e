import type { EngineEvent } from '#engine/events/index.ts';

/** A message of `/events`. The members in small letters are those of Docker 1.9, which had containers and images only. */
export function toEventMessage({ type, action, id, attributes, at }: EngineEvent) {
  const legacy = {
    status: action,
    ...(id !== '' && { id }),
    ...(type === 'container' && attributes['image'] !== undefined && { from: attributes['image'] }),
  };
  const ms = at.getTime();
  return {
    ...((type === 'container' || type === 'image') && legacy),
    Type: type,
    Action: action,
    Actor: { ID: id, Attributes: attributes },
    scope: 'local',
    time: Math.floor(ms / 1000),
    // Beyond 2^53, but its shortest decimal form is the one meant.
    timeNano: ms * 1_000_000,
  };
}
