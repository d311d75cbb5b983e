import type { inferRouterOutputs } from '@trpc/server';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import type { AppRouter } from '#server/trpc/router.ts';

export const { TRPCProvider, useTRPC } = createTRPCContext<AppRouter>();
export type { AppRouter };

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
export type Operation = Outputs['operations']['list'][number];
