/** What the heap of a Worker holds, as the inspector of its process tells it. */

/** Bytes of objects and of the buffers that they hold, what has not been collected yet included. */
export type HeapUsage = () => Promise<number>;

export async function openHeap(inspectorPort: number): Promise<HeapUsage> {
  const listed = await fetch(`http://127.0.0.1:${inspectorPort}/json`);
  const [{ webSocketDebuggerUrl }] = (await listed.json()) as [{ readonly webSocketDebuggerUrl: string }];
  const socket = new WebSocket(webSocketDebuggerUrl);
  await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
  let lastId = 0;
  return () => {
    const id = ++lastId;
    const used = new Promise<number>((resolve) => {
      const heed = ({ data }: MessageEvent) => {
        const told = JSON.parse(String(data)) as Answer;
        if (told.id !== id) return;
        socket.removeEventListener("message", heed);
        resolve(told.result.usedSize + told.result.backingStorageSize);
      };
      socket.addEventListener("message", heed);
    });
    socket.send(JSON.stringify({ id, method: "Runtime.getHeapUsage" }));
    return used;
  };
}

/** Of the Chrome DevTools Protocol. */
interface Answer {
  readonly id: number;
  readonly result: { readonly usedSize: number; readonly backingStorageSize: number };
}
