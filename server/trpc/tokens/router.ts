import { scopesOf } from '#server/access/index.ts';
import { router } from '../init.ts';
import { environmentInput } from '../input.schema.ts';
import { procedure, requireActor } from '../procedure.ts';
import { createTokenInput, issueCertificateInput, revokeTokenInput } from './tokens.schema.ts';

/** One's own tokens and certificates, and what a docker client needs to know to use them. */
const list = procedure({ permission: 'profile:manage', audit: null })
  .input(environmentInput)
  .query(async ({ ctx }) => {
    const { id, role } = requireActor(ctx);
    const { dockerClients, auth } = ctx.services;
    const { tcp, authority } = dockerClients ?? {};
    return {
      tokens: await auth.credentials.list(id),
      scopes: scopesOf(role),
      docker: tcp === undefined ? undefined : { ...tcp, authority: await authority?.() },
    };
  });

const create = procedure({ permission: 'profile:manage', audit: 'token.create', proof: true })
  .input(createTokenInput)
  .mutation(({ ctx, input: { name, days, scopes } }) =>
    ctx.services.auth.credentials.createToken(requireActor(ctx).id, { name, days, scopes }),
  );

/** The key is made here and told once; it is good for whatever the role may do. */
const issueCertificate = procedure({ permission: 'profile:manage', audit: 'token.issue_certificate', proof: true })
  .input(issueCertificateInput)
  .mutation(async ({ ctx, input: { name, days } }) => {
    const { id, role } = requireActor(ctx);
    const wish = { name, days, scopes: scopesOf(role) };
    const { certificate, credential } = await ctx.services.auth.credentials.issueCertificate(id, wish);
    const { cert, key } = certificate;
    return { credential, cert, key, authority: await ctx.services.dockerClients?.authority() };
  });

/** What it had open ends at once. */
const revoke = procedure({ permission: 'profile:manage', audit: 'token.revoke' })
  .input(revokeTokenInput)
  .mutation(async ({ ctx, input }) => ({
    revoked: await ctx.services.auth.credentials.revoke(input.tokenId, requireActor(ctx).id),
  }));

export const tokensRouter = router({ list, create, issueCertificate, revoke });
