/** Where to go after sign-in: only a path of this origin, never another host in disguise (`//x`, `/\x`). */
export function safeReturnPath(path: string | undefined): string {
  if (path === undefined || !/^\/(?![/\\])/.test(path)) return '/';
  const url = URL.parse(path, 'http://here.invalid');
  if (url === null || url.host !== 'here.invalid') return '/';
  return url.pathname === '/login' || url.pathname === '/setup' ? '/' : `${url.pathname}${url.search}${url.hash}`;
}
