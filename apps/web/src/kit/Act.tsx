import { Tooltip } from '@mantine/core'
import { Link, type LinkComponentProps } from '@tanstack/react-router'
import { useId, type ComponentProps, type ReactNode } from 'react'

type Look = { kind?: 'plain' | 'go' | 'quiet' | 'stop'; size?: 's' | 'm' | 'l'; icon?: ReactNode; block?: boolean }
const classOf = ({ kind = 'plain', size = 'm', block, bare, more }: Look & { bare?: boolean; more?: string }) =>
  ['btn', kind === 'plain' ? '' : kind === 'stop' ? 'quiet stop' : kind, size === 'm' ? '' : size, block ? 'block' : '', bare ? 'icon' : '', more ?? ''].filter(Boolean).join(' ')

type ActProps = Look & { why?: string | null | false; busy?: boolean } & ComponentProps<'button'>

/** A button. `why` switches it off and says why, before the click: it stays in the tab order and carries its reason. */
export function Act({ kind, size, icon, block, why, busy, className, children, onClick, type = 'button', ...rest }: ActProps) {
  const id = useId()
  const off = Boolean(why) || busy
  const button = (
    <button {...rest} type={off ? 'button' : type} className={classOf({ kind, size, block, bare: !children, more: className })}
      aria-disabled={off || undefined} aria-busy={busy || undefined} aria-describedby={why ? id : rest['aria-describedby']}
      onClick={off ? event => event.preventDefault() : onClick}>
      {icon}{children}
    </button>
  )
  if (!why) return button
  return <><Tooltip label={why}>{button}</Tooltip><span id={id} className="vh">{why}</span></>
}

type GoProps = Look & LinkComponentProps<'a'>

/** A link that looks like a button. */
export function Go({ kind, size, icon, block, className, children, ...rest }: GoProps) {
  return <Link {...rest} className={classOf({ kind, size, block, bare: !children, more: className as string | undefined })}>{icon}{children as ReactNode}</Link>
}

/** An icon alone; its name is read and shown on hover and focus. */
export function IconAct({ name, why, ...rest }: { name: string } & Omit<ActProps, 'children'>) {
  if (why) return <Act kind="quiet" {...rest} why={why} aria-label={name} />
  return <Tooltip label={name}><Act kind="quiet" {...rest} aria-label={name} /></Tooltip>
}
