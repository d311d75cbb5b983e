import { parseDigest } from '#engine/oci/index.ts';
import { allowedOnImage, guardNames, prunableImages } from '#server/access/index.ts';
import { startImageImport, startImageLoad } from '../../uploads/image-operations.ts';
import { router } from '../init.ts';
import { environmentInput } from '../input.schema.ts';
import { callerOf, procedure, requireActor } from '../procedure.ts';
import {
  imageInput,
  importUrlInput,
  loadUrlInput,
  pruneImagesInput,
  removalInput,
  removeImageInput,
  tagImageInput,
} from './images.schema.ts';

const list = procedure({ permission: 'image:view', audit: null })
  .input(environmentInput)
  .query(async ({ ctx }) => {
    const actor = requireActor(ctx);
    const [images, owners] = await Promise.all([
      ctx.environment().images.list(),
      ctx.services.ownership.ownersOf('image'),
    ]);
    return images.map((image) => ({
      ...image,
      allowedActions: allowedOnImage(actor, { createdBy: owners.get(image.id), inUse: image.usedBy.length > 0 }),
    }));
  });

const get = procedure({ permission: 'image:view', audit: null })
  .input(imageInput)
  .query(async ({ ctx, input }) => {
    const image = await ctx.environment().images.inspect(input.imageId);
    return { ...image, allowedActions: allowedOnImage(requireActor(ctx), ctx.target.resource ?? {}) };
  });

const tag = procedure({ permission: 'image:tag', audit: 'image.tag' })
  .input(tagImageInput)
  .mutation(({ ctx, input, signal }) => {
    const actor = requireActor(ctx);
    const beforeReplace = guardNames(actor, ctx.services.ownership);
    return ctx
      .environment()
      .images.tag(input.imageId, input.reference, { actor: callerOf(actor), signal, beforeReplace });
  });

const remove = procedure({ permission: 'image:remove', audit: 'image.remove' })
  .input(removeImageInput)
  .mutation(async ({ ctx, input: { imageId, force, names }, signal }) => {
    const removed = await ctx
      .environment()
      .images.remove(imageId, { force, names, actor: callerOf(requireActor(ctx)), signal });
    // Whoever loads the same image again makes it theirs.
    for (const item of removed) if ('deleted' in item) await ctx.services.ownership.release('image', item.deleted);
    return removed;
  });

/** What removing all of these would free, exactly: layers that only they share go with the last of them. */
const removal = procedure({ permission: 'image:view', audit: null })
  .input(removalInput)
  .query(async ({ ctx, input }) => ({ freedBytes: await ctx.environment().images.removalBytes(input.imageIds) }));

const importUrl = procedure({ permission: 'image:load', audit: 'image.import' })
  .input(importUrlInput)
  .mutation(async ({ ctx, input }) => {
    const { services } = ctx;
    const environment = ctx.environment();
    const actor = requireActor(ctx);
    const open = (signal: AbortSignal | undefined) => services.openRemote(input.url, actor, signal);
    const task = { services, environment, actor, objectName: input.reference ?? input.url, input, host: hostOf(input) };
    return startImageImport(task, input, open);
  });

function hostOf({ url }: { url: string }): string {
  return new URL(url).host;
}

const loadUrl = procedure({ permission: 'image:load', audit: 'image.load' })
  .input(loadUrlInput)
  .mutation(async ({ ctx, input }) => {
    const { services } = ctx;
    const environment = ctx.environment();
    const actor = requireActor(ctx);
    const open = (signal: AbortSignal | undefined) => services.openRemote(input.url, actor, signal);
    const task = { services, environment, actor, objectName: input.url, input, host: hostOf(input) };
    return startImageLoad(task, open);
  });

/** What goes is asked for as an operation: thousands of layers take their time. */
const prune = procedure({ permission: 'image:prune', audit: 'image.prune' })
  .input(pruneImagesInput)
  .mutation(async ({ ctx, input }) => {
    const { environmentId, only, ...filter } = input;
    const { operations, ownership } = ctx.services;
    const { images } = ctx.environment();
    const actor = requireActor(ctx);
    const request = { environmentId, kind: 'image.prune', actor, object: { type: 'image' }, input };
    const { id } = await operations.start(request, async (opts) => {
      const confirmed = only?.map((digest) => parseDigest(digest));
      const chosen = {
        ...filter,
        only: await prunableImages(actor, ownership, { only: confirmed, parse: parseDigest }),
      };
      const pruned = await images.prune(chosen, { ...opts, actor: callerOf(actor, opts.id) });
      for (const item of pruned.removed) if ('deleted' in item) await ownership.release('image', item.deleted);
      // It stops where it is: what is gone is in the parts.
      opts.signal.throwIfAborted();
      return pruned;
    });
    return { operationId: id };
  });

const usage = procedure({ permission: 'image:view', audit: null })
  .input(environmentInput)
  .query(({ ctx }) => ctx.environment().images.usage());

export const imagesRouter = router({ list, get, tag, remove, removal, prune, usage, importUrl, loadUrl });
