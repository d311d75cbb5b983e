/**
 * Sends a file as the body of a POST. XMLHttpRequest, because fetch tells nothing about bytes sent.
 * @returns the id of the operation that took it
 */
export function sendFile(
  path: string,
  file: File,
  { signal, onSent }: { signal: AbortSignal; onSent: (bytes: number) => void },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.responseType = 'json';
    let sentBytes = 0;
    request.upload.onprogress = (event) => {
      sentBytes = event.loaded;
      onSent(sentBytes);
    };
    request.onload = () => {
      if (request.status < 300) resolve(String(request.response?.operationId));
      else reject(Object.assign(new Error(request.statusText), request.response));
    };
    request.onerror = () => {
      // The server keeps nothing of half a file; what became of a whole one is unknown here.
      const reason = sentBytes < file.size ? 'upload_interrupted' : undefined;
      reject(Object.assign(new Error('network'), { code: 'network', reason, params: {} }));
    };
    request.onabort = () => reject(new Error('aborted'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
