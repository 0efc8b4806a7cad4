import { useState } from 'react'
import { ask } from '../api/client.ts'
import { Act } from '../kit/Act.tsx'
import { Failed, Say } from '../kit/words.tsx'

type Step = 'asked' | 'sure?' | 'leaving' | 'there'
const pause = (ms: number) => new Promise(resolve => { setTimeout(resolve, ms) })

/** From the demo to the live installation: the same address, another house. The demo's data stays where it is. */
export function GoLive() {
  const [step, setStep] = useState<Step>('asked')
  const [error, setError] = useState<Error | null>(null)
  const go = async () => {
    setError(null)
    setStep('leaving')
    try {
      await ask('/installation/live', { method: 'POST', body: {}, key: crypto.randomUUID() })
      // The live house knows nobody yet: it answers, and it answers that we are not signed in.
      for (let left = 120; left > 0; left--) {
        await pause(500)
        if (await fetch('/api/v1/me').then(answer => answer.status === 401, () => false)) break
      }
      setStep('there')
    } catch (why) {
      setError(why instanceof Error ? why : new Error(String(why)))
      setStep('asked')
    }
  }
  if (step === 'there') return <Say kind="ok"><b className="medium">The live installation is open at this address.</b> Nobody owns it yet. Its terminal prints a link that works once; open it to become the owner. It is also in <code>data/live/owner-link.txt</code>. To come back here: stop it, and start with <code>STAGEDOOR_MODE=demo npm start</code>.</Say>
  return (
    <Say kind="acc">
      <b className="medium">This is the demo.</b> It talks to the emulator only and keeps to itself. The real one is a second installation in the same folder with its own database and files; nothing of the demo crosses over, and nothing of it is lost.
      <div className="row wrap" style={{ marginTop: 12 }} aria-live="polite">
        {step === 'asked' && <Act kind="go" onClick={() => { setStep('sure?') }}>Set up the real one</Act>}
        {step === 'sure?' && <><span>The demo stops for everyone who uses it now. Its terminal then prints the link for the owner.</span><Act kind="go" onClick={() => { void go() }}>Stop the demo and open the real one</Act><Act onClick={() => { setStep('asked') }}>Stay here</Act></>}
        {step === 'leaving' && <Act kind="go" busy>Opening the live installation</Act>}
      </div>
      {error && <Failed of="The demo is still here." error={error} />}
    </Say>
  )
}
