import { MultiSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { accountsQuery } from '../api/queries.ts'

type Props = { label: string; description?: string; value: number[]; onChange: (ids: number[]) => void; placeholder?: string }

export function AccountPicker({ value, onChange, ...rest }: Props) {
  const accounts = useQuery(accountsQuery).data ?? []
  return <MultiSelect {...rest} searchable clearable={false} value={value.map(String)} onChange={ids => onChange(ids.map(Number))} data={accounts.map(a => ({ value: String(a.id), label: a.handle ? `@${a.handle}` : a.displayName }))} />
}
