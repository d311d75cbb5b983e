type Page = Pick<Document, 'hidden' | 'addEventListener' | 'removeEventListener'>;

/** Work that is put off while nobody can see the page; however often it is asked for meanwhile, it is done once on return. */
interface SeenWork extends Disposable {
  ask(): void;
}

/** @param page the document of the browser, unless a test has its own */
export function whenSeen(work: () => void, page: Page = document): SeenWork {
  let isOwed = false;
  function settle() {
    if (page.hidden || !isOwed) return;
    isOwed = false;
    work();
  }
  page.addEventListener('visibilitychange', settle);
  return {
    ask() {
      isOwed = true;
      settle();
    },
    [Symbol.dispose]: () => page.removeEventListener('visibilitychange', settle),
  };
}

/** Has `begin` run while the page can be seen, and ends it when the page was hidden for so long. @returns what ends it all */
export function whileSeen(begin: () => () => void, graceMs: number, page: Page = document): () => void {
  let end: (() => void) | undefined = page.hidden ? undefined : begin();
  let timer: ReturnType<typeof setTimeout> | undefined;
  function stop() {
    end?.();
    end = undefined;
  }
  function look() {
    clearTimeout(timer);
    if (page.hidden) timer = setTimeout(stop, graceMs);
    else end ??= begin();
  }
  page.addEventListener('visibilitychange', look);
  return () => {
    clearTimeout(timer);
    page.removeEventListener('visibilitychange', look);
    stop();
  };
}
