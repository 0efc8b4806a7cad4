import { SegmentedControl, Switch, useMantineColorScheme, type MantineColorScheme } from '@mantine/core'
import { useState } from 'react'
import { recall, remember } from '../kit/storage.ts'

export function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const [single, setSingle] = useState(!recall<boolean>('single-keys-off'))
  return (
    <section className="sect" aria-label="Appearance">
      <header><h2>Appearance</h2><span className="meta faint">On this computer</span></header>
      <div className="card"><ul className="lines">
        <li><div className="grow"><b className="medium">Theme</b><p className="meta faint">As the system, or always the same</p></div><SegmentedControl aria-label="Theme" value={colorScheme} onChange={value => setColorScheme(value as MantineColorScheme)} data={[{ value: 'light', label: 'Light' }, { value: 'dark', label: 'Dark' }, { value: 'auto', label: 'System' }]} /></li>
        <li><Switch label="Single letters are keys" description="J, K, R, C and the like, outside fields" checked={single} onChange={event => { setSingle(event.currentTarget.checked); remember('single-keys-off', event.currentTarget.checked ? null : true) }} /></li>
      </ul></div>
    </section>
  )
}
