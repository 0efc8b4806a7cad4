import { IconBolt, IconMessageCircle, IconMovie } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { meQuery } from '../api/queries.ts'
import { Go } from '../kit/Act.tsx'
import { DoorPage } from './DoorPage.tsx'

const icon = { size: 20, stroke: 1.75, 'aria-hidden': true } as const

/** The first minute: three things to try in a demo, the way to real credentials otherwise. */
export function Start() {
  const me = useQuery(meQuery).data
  if (!me) return null
  const demo = me.mode === 'demo'
  return (
    <DoorPage wide words={demo ? 'Demo mode. A small TikTok of our own runs beside Stagedoor. Nothing here reaches the real one.' : 'The messages come in by the stage door, and the show goes out from it.'}>
      <div className="stack g1"><h1>The door is open, {me.viewer.name.split(' ')[0]}.</h1><p className="dim">{demo ? 'Try the three things people come for.' : 'Three steps, then the first message can come in.'}</p></div>
      <div className="card">
        {demo ? <>
          <Link className="way" to="/accounts" search={{ connect: true }}><IconMessageCircle {...icon} /><b className="medium">Answer a customer</b><span className="meta faint">2 min</span><span className="meta dim">Connect an account, write to it on the emulator’s phone, reply here</span></Link>
          <Link className="way" to="/posts/new"><IconMovie {...icon} /><b className="medium">Publish a video</b><span className="meta faint">3 min</span><span className="meta dim">A real MP4, in chunks, all the way to a link</span></Link>
          {me.emulatorUrl && <a className="way" href={me.emulatorUrl} target="_blank" rel="noreferrer"><IconBolt {...icon} /><b className="medium">Break something</b><span className="meta faint">2 min</span><span className="meta dim">Cut the upload, lose an answer, and see what is said</span></a>}
        </> : <>
          <Link className="way" to="/settings/$section" params={{ section: 'apps' }}><IconBolt {...icon} /><b className="medium">Enter your TikTok credentials</b><span className="meta faint">1</span><span className="meta dim">One app at TikTok for Developers, one at TikTok API for Business</span></Link>
          <Link className="way" to="/accounts" search={{ connect: true }}><IconMessageCircle {...icon} /><b className="medium">Connect an account</b><span className="meta faint">2</span><span className="meta dim">Messages and posts are two permissions; either alone is fine</span></Link>
          <Link className="way" to="/settings/$section" params={{ section: 'people' }}><IconMovie {...icon} /><b className="medium">Invite the others</b><span className="meta faint">3</span><span className="meta dim">A link each; you choose which accounts they see</span></Link>
        </>}
      </div>
      <div className="row wrap"><Go to="/inbox" kind="go" size="l">Open the inbox</Go>{demo && <Go to="/settings/$section" params={{ section: 'apps' }} size="l">I have TikTok credentials</Go>}</div>
    </DoorPage>
  )
}
