/** Overlay's own marks and the names of security modules mean something to this host, not to the image. */
export function isLayerAttribute(name: string): boolean {
  if (name.length > 255) return false;
  return name === 'security.capability' || (name.startsWith('user.') && !name.startsWith('user.overlay.'));
}

/** What a copy of somebody's files keeps: also access lists, which no image has. */
export function isTreeAttribute(name: string): boolean {
  return isLayerAttribute(name) || name === 'system.posix_acl_access' || name === 'system.posix_acl_default';
}
