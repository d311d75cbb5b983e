// JavaScript, not TypeScript: for a .ts file Next loads its compiler at every start.

const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Types are checked once, over the whole repository, by the test command.
  typescript: { ignoreBuildErrors: true },
  // What repeats is compressed once in a large file, but what two pages share only in part is fetched twice. Against the 50 000 of
  // the start a first page is 3 kB smaller and a tour through all of them 62 kB larger; with 300 000 it was 4 kB and 94 kB.
  experimental: { turbopackChunking: { minChunkSize: 170_000 } },
};

/** The plugin only steers the build; what serves the result does without it and the second compiler that it loads. */
export default async function configure(/** @type {string} */ phase) {
  if (phase === 'phase-production-server') return config;
  const { default: createNextIntlPlugin } = await import('next-intl/plugin');
  return createNextIntlPlugin({
    requestConfig: './app/_lib/i18n/request.ts',
    // Messages are parsed while building: neither the parser nor its work is left for the browser.
    experimental: { messages: { path: './app/messages', locales: ['en', 'zh'], format: 'json', precompile: true } },
  })(config);
}
