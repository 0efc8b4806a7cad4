import { keyName } from '../kit/keys.ts'

/** The middle of the inbox while nobody is chosen. */
export const Nobody = () => (
  <section className="talkbox" aria-label="Conversation"><div className="empty" style={{ margin: 'auto' }}><h2>Choose a conversation</h2><p>With <kbd>J</kbd> and <kbd>K</kbd>, or by name with <kbd>{keyName('⌘K')}</kbd>.</p></div></section>
)
