import { randomUUID } from 'node:crypto';
import { cookieName } from '../http/security.ts';
import type { Services } from './context.ts';
import { appRouter } from './router.ts';

const CALLER = Symbol.for('davit.caller');
const TOKEN = /^[\w-]{43}$/;

/**
 * Lets pages that render in this process call procedures as the person of their request. Through the global object, because
 * a page that imported the server would bring a second one into its bundle.
 */
export function createPageCaller(services: Services, https: boolean): Disposable {
  const prefix = `${cookieName(https)}=`;
  const create = async (headers: Headers) => {
    const cookies = (headers.get('cookie') ?? '').split(/; */);
    const token = cookies.find((part) => part.startsWith(prefix))?.slice(prefix.length) ?? '';
    const session = TOKEN.test(token) ? await services.auth.sessions.authenticate(token) : undefined;
    return appRouter.createCaller({
      services,
      requestId: randomUUID(),
      actor: session?.actor,
      client: { address: 'page', userAgent: headers.get('user-agent') ?? '' },
      setSession: () => {
        throw new Error('A page cannot set a cookie while it renders');
      },
    });
  };
  Object.assign(globalThis, { [CALLER]: create });
  return { [Symbol.dispose]: () => void Reflect.deleteProperty(globalThis, CALLER) };
}
