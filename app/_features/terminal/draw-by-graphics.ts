import type { Terminal } from '@xterm/xterm';

/**
 * Has a graphics processor draw the terminal where there is one: faster, and with less work for the others. Without one, and
 * once it is lost, the elements of the page show it as they did before.
 */
export async function drawByGraphics(terminal: Terminal, signal: AbortSignal): Promise<void> {
  if (!hasGraphics()) return;
  // The terminal stands: code that cannot be had is not missed.
  const code = await import('@xterm/addon-webgl').catch(() => undefined);
  if (code === undefined || signal.aborted) return;
  const addon = new code.WebglAddon();
  addon.onContextLoss(() => addon.dispose());
  try {
    terminal.loadAddon(addon);
  } catch {
    // A browser has a few of them for all of its pages, and there was one more a moment ago.
    addon.dispose();
  }
}

const COMPUTED = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** Not one that is computed, which not every browser calls slow: that is slower than the page's own elements. */
function hasGraphics(): boolean {
  const gl = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true });
  if (gl === null) return false;
  const named = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer = String(gl.getParameter(named?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER));
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return !COMPUTED.test(renderer);
}
