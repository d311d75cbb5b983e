import type { inferRouterOutputs } from '@trpc/server';
import type { TRPCOptionsProxy } from '@trpc/tanstack-react-query';
import type { AppRouter } from '#server/trpc/router.ts';
import { callServer } from './call-server.ts';

type Maker = keyof typeof MAKERS;

/** What is there of what the library describes. */
type Offered<Proxy> = {
  [Name in keyof Proxy as Proxy[Name] extends (...args: never[]) => unknown
    ? Extract<Name, Maker>
    : Exclude<Name, '~types'>]: Name extends Maker ? Proxy[Name] : Offered<Proxy[Name]>;
};

type Options = Record<string, unknown>;

/** For a procedure, in the form that React Query takes, and with the keys that tRPC's own library gives them. */
const MAKERS = {
  queryKey: (path: readonly string[], input: unknown) => [path, { input, type: 'query' }],
  queryOptions: (path: readonly string[], input: unknown, opts?: Options) => ({
    ...opts,
    queryKey: MAKERS.queryKey(path, input),
    queryFn: () => callServer('query', path.join('.'), input),
  }),
  infiniteQueryOptions: (path: readonly string[], input: unknown, opts?: Options) => ({
    ...opts,
    queryKey: [path, { input, type: 'infinite' }],
    queryFn: ({ pageParam }: { pageParam: unknown }) =>
      callServer('query', path.join('.'), { ...(input as Options), cursor: pageParam }),
    initialPageParam: undefined,
  }),
  pathFilter: (path: readonly string[], filters: unknown) => ({
    ...(filters as Options | undefined),
    queryKey: [path],
  }),
  mutationKey: (path: readonly string[]) => [path],
  mutationOptions: (path: readonly string[], opts: unknown) => ({
    ...(opts as Options | undefined),
    mutationKey: [path],
    mutationFn: (input: unknown) => callServer('mutation', path.join('.'), input),
  }),
};

function procedures(path: readonly string[]): unknown {
  return new Proxy(
    {},
    {
      get: (_target, name) => {
        if (typeof name === 'symbol') return undefined;
        const make = Object.hasOwn(MAKERS, name) ? MAKERS[name as Maker] : undefined;
        return make === undefined ? procedures([...path, name]) : (...args: [unknown, Options?]) => make(path, ...args);
      },
    },
  );
}

const all = procedures([]) as Offered<TRPCOptionsProxy<AppRouter>>;

/** Every procedure of the server, as questions and orders for React Query. */
export function useTRPC(): typeof all {
  return all;
}

/** What the server answers is what pages show: no second description of it. */
type Outputs = inferRouterOutputs<AppRouter>;
export type Preferences = NonNullable<Outputs['session']['me']['user']>['preferences'];
export type ContainerSummary = Outputs['containers']['list'][number];
export type ContainerDetail = Outputs['containers']['get'];
export type ProcessInfo = Outputs['containers']['processes'][number];
export type ContainerState = ContainerSummary['state'];
export type ImageSummary = Outputs['images']['list'][number];
export type ImageDetail = Outputs['images']['get'];
export type NetworkSummary = Outputs['networks']['list'][number];
export type PortList = Outputs['networks']['ports'];
export type VolumeSummary = Outputs['volumes']['list'][number];
export type UserSummary = Outputs['users']['list'][number];
export type UserSession = Outputs['users']['sessions'][number];
export type EngineEvent = Outputs['events']['list'][number];
export type HostCheck = Outputs['host']['checks'][number];
export type OwnTerminal = Outputs['terminals']['list'][number];
export type OwnToken = Outputs['tokens']['list']['tokens'][number];
export type OperationPage = Outputs['operations']['page'];
export type Operation = Outputs['operations']['list'][number];
