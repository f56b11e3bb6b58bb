// The shared worker of events.ts: one stream, told to every tab. A tab's first message is the stream's address, later
// ones are 'wake'.
import { EventStream, type StreamMessage } from './event_stream';

const ports = new Set<MessagePort>();
let stream: EventStream | undefined;

const tell = (message: StreamMessage) => {
  for (const port of ports) port.postMessage(message);
};

addEventListener('connect', (event) => {
  const port = (event as MessageEvent).ports[0];
  if (!port) return;
  ports.add(port);
  port.addEventListener('message', (message: MessageEvent<string>) => {
    if (message.data === 'wake') stream?.wake();
    else if (message.data === 'bye') ports.delete(port);
    else {
      stream ??= new EventStream(message.data, tell);
      port.postMessage({ kind: 'state', state: stream.current() } satisfies StreamMessage);
    }
  });
  port.start();
});
