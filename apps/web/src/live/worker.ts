import { createHub, type FromPage } from './hub.ts'

/** One worker for all tabs of the browser; it ends with the last of them. */
const ports = new Set<MessagePort>()
const hub = createHub(word => { for (const port of ports) port.postMessage(word) })

addEventListener('connect', event => {
  const [port] = (event as MessageEvent).ports
  if (!port) return
  ports.add(port)
  port.addEventListener('message', (heard: MessageEvent<FromPage>) => { if (heard.data.say === 'bye') ports.delete(port); else hub.hear(heard.data) })
  port.start()
})
