import { useCallback, useState } from 'react'
import { recall, remember } from '../kit/storage.ts'

export type Draft = { text: string; key: string }
const place = (conversationId: number) => `draft.${conversationId}`

/** Its key is made when the text is begun and kept with it: two tabs, a reload or a second click send the same thing once. */
export const readDraft = (conversationId: number): Draft | null => recall<Draft>(place(conversationId))

export const nextDraft = (had: Draft | null, text: string): Draft | null => (text === '' ? null : { text, key: had?.key ?? crypto.randomUUID() })

/** The unsent text of one conversation. */
export function useDraft(conversationId: number) {
  const [draft, set] = useState<Draft | null>(() => readDraft(conversationId))
  const write = useCallback((text: string) => {
    const next = nextDraft(readDraft(conversationId), text)
    remember(place(conversationId), next)
    set(next)
  }, [conversationId])
  return { draft, write }
}
