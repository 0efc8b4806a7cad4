export type PositionalReader = { read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }> }
/** `contentRange` is the server's own header, verbatim; its arithmetic is not certain, so do not compute with it. */
export type PutAnswer =
  | { outcome: 'more' | 'complete'; status: number; contentRange: string | null }
  | { outcome: 'refused'; reason: PutRefusal; status: number; contentRange: string | null }
export type PutRefusal = 'malformed' | 'expired' | 'no such upload' | 'out of step' | 'server error' | 'unknown'
