import { z } from 'zod';

/** How the dashboard looks and listens to a person; it follows the account to every browser. What is absent was never chosen. */
export const preferences = z
  .object({
    locale: z.enum(['en', 'zh']),
    theme: z.enum(['system', 'light', 'dark']),
    density: z.enum(['comfortable', 'compact']),
    /** Of every moment shown; empty is that of the browser. Browsers know the names, and know different ones. */
    zone: z
      .string()
      .max(64)
      .regex(/^[\w+/-]*$/, 'zone_format'),
    /** Whether the navigation is a rail of icons. */
    rail: z.boolean(),
    /** In what rates of networks are told. */
    networkRates: z.enum(['byte', 'bit']),
    /** In what sizes of images are told: KiB and MiB, or kB and MB as the docker CLI prints them. */
    imageSizes: z.enum(['binary', 'decimal']),
    /** Whether single letters do something. */
    keys: z.boolean(),
    /** Columns of each list in their order, as they stand in its address. */
    columns: z.record(z.string().regex(/^[a-z]{1,24}$/, 'table_format'), z.string().max(400)),
    terminal: z
      .strictObject({
        scrollbackLines: z.number().int().min(1_000).max(50_000),
        /** How long a shell stays that nobody looks at. */
        keepMinutes: z
          .number()
          .int()
          .min(0)
          .max(24 * 60),
        /** Whether a long paste, or one of several lines, is shown before it runs. */
        askPaste: z.boolean(),
        /** Whether what is printed is also kept as text for readers. */
        screenReader: z.boolean(),
        /** Takes the focus out of the terminal. */
        leaveKey: z.enum(['Ctrl+F6', 'Shift+F6', 'F6', 'Ctrl+F8', 'Ctrl+F10']),
      })
      .partial(),
    /** Occurrences of problems that were put aside on Home; the oldest first. */
    dismissed: z.array(z.string().max(300)).max(100),
  })
  .partial();

export type Preferences = z.infer<typeof preferences>;
