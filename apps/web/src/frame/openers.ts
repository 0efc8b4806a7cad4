/** Dialogs of the frame are opened by name from anywhere; the frame listens. They load when first asked for. */
export const openCommands = () => void dispatchEvent(new Event('stagedoor:commands'))
export const openKeys = () => void dispatchEvent(new Event('stagedoor:keys'))
export const openAccounts = () => void dispatchEvent(new Event('stagedoor:accounts'))
