import { z } from 'zod';
import { environmentInput, ref } from '../input.schema.ts';

const imageReference = z.string().trim().min(1).max(255);
export const imageInput = environmentInput.extend({ imageId: ref });
export const tagImageInput = imageInput.extend({ reference: imageReference });
export const removeImageInput = imageInput.extend({
  force: z.boolean().default(false),
  /** All names the image is believed to have: it goes with them, or not at all. Only with an id. */
  names: z.array(imageReference).max(1000).optional(),
});

/** Images that somebody thinks of removing together. */
export const removalInput = environmentInput.extend({ imageIds: z.array(ref).max(1000) });

const archiveUrl = z
  .url({ protocol: /^https?$/, error: 'url_format' })
  .max(2048)
  .refine((text) => URL.parse(text)?.username === '', 'url_with_credentials');

/** Dockerfile instructions laid over an imported file system or a committed container. */
export const imageChanges = z
  .array(
    z
      .string()
      .max(8192)
      .regex(
        /^(CMD|ENTRYPOINT|ENV|EXPOSE|LABEL|ONBUILD|STOPSIGNAL|USER|VOLUME|WORKDIR|HEALTHCHECK)\s/i,
        'change_format',
      ),
  )
  .max(100);

/** What goes with an import, whether its bytes come by URL or as an upload. */
export const importSettings = z.strictObject({
  reference: imageReference.optional(),
  changes: imageChanges.default([]),
  message: z.string().max(1024).optional(),
});
export const importUrlInput = environmentInput.extend({ url: archiveUrl }).extend(importSettings.shape);
export const loadUrlInput = environmentInput.extend({ url: archiveUrl });

const labelFilter = z.array(z.string().min(1).max(1024)).max(20).optional();
/** `only`: the list that somebody has confirmed. */
export const pruneImagesInput = environmentInput.extend({
  dangling: z.boolean().default(true),
  until: z.coerce.date().optional(),
  label: labelFilter,
  labelNot: labelFilter,
  only: z
    .array(z.string().regex(/^sha256:[0-9a-f]{64}$/))
    .max(10_000)
    .optional(),
});
