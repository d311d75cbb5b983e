let last = Date.now();

/** When the server last answered a request of this tab: that is what keeps its session from ending for idleness. */
export function lastAnswerMs(): number {
  return last;
}

/** `fetch` that takes note. */
export async function notedFetch(input: RequestInfo | URL | string, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  last = Date.now();
  return response;
}
