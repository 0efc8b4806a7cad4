import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ask } from '../api/client.ts'

type Wish = { path: string; method?: 'POST' | 'PATCH' | 'PUT' | 'DELETE'; body?: unknown }

/** Changes something of the house and reads again the lists it stands in. */
export function useChange<T = unknown>(lists: string[], done?: (said: T) => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ path, method = 'POST', body }: Wish) => ask<T>(path, { method, body: body ?? (method === 'DELETE' ? undefined : {}), ...(method === 'POST' ? { key: crypto.randomUUID() } : {}) }),
    onSuccess: said => { for (const list of lists) void client.invalidateQueries({ queryKey: [list] }); done?.(said) },
  })
}
