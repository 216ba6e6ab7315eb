import type { CommandNode } from './args/types.ts'
import { channelsNode } from './channels/node.ts'
import { clawbotNode } from './qr/clawbot-node.ts'
import { storeNode } from './store/node.ts'

/**
 * Every command of the program. One file per command, loaded only when it runs: what `pairing list` does not need
 * costs it nothing.
 */
export const tree: CommandNode = {
  name: 'openclaw',
  summary: 'Decide who may use your assistant.',
  children: [
    {
      name: 'pairing',
      summary: 'people: who asks, who may write, who may not',
      children: [
        {
          name: 'list',
          summary: 'who waits for your decision',
          load: async () => (await import('./commands/pairing-list.ts')).command,
        },
        {
          name: 'approve',
          summary: 'let somebody in who asked',
          load: async () => (await import('./commands/pairing-approve.ts')).command,
        },
        {
          name: 'reject',
          summary: 'turn a request down',
          load: async () => (await import('./commands/pairing-reject.ts')).command,
        },
        {
          name: 'allowed',
          summary: 'who may write, who is blocked, who was revoked',
          load: async () => (await import('./commands/pairing-allowed.ts')).command,
        },
        {
          name: 'allow',
          summary: 'let somebody in by their id, without a code',
          load: async () => (await import('./commands/pairing-allow.ts')).command,
        },
        {
          name: 'revoke',
          summary: 'take an approval back',
          load: async () => (await import('./commands/pairing-revoke.ts')).command,
        },
        {
          name: 'block',
          summary: 'never hear of somebody again',
          load: async () => (await import('./commands/pairing-block.ts')).command,
        },
        {
          name: 'unblock',
          summary: 'end a block; they may ask again',
          load: async () => (await import('./commands/pairing-unblock.ts')).command,
        },
        {
          name: 'why',
          summary: 'why somebody is let in or not',
          load: async () => (await import('./commands/pairing-why.ts')).command,
        },
      ],
    },
    {
      name: 'owner',
      summary: 'who decides from a chat',
      children: [
        {
          name: 'list',
          summary: 'who is an owner, and by whom',
          load: async () => (await import('./commands/owner-list.ts')).command,
        },
        {
          name: 'add',
          summary: 'make somebody an owner',
          load: async () => (await import('./commands/owner-add.ts')).command,
        },
        {
          name: 'remove',
          summary: 'somebody decides no more',
          load: async () => (await import('./commands/owner-remove.ts')).command,
        },
        {
          name: 'notices',
          summary: 'which owners were told of whom',
          load: async () => (await import('./commands/owner-notices.ts')).command,
        },
      ],
    },
    {
      name: 'devices',
      summary: 'phones, computers and programs that connect: who asks, who is paired',
      children: [
        {
          name: 'list',
          summary: 'which devices wait, which are paired',
          load: async () => (await import('./commands/devices-list.ts')).command,
        },
        {
          name: 'approve',
          summary: 'pair a device that asked',
          load: async () => (await import('./commands/devices-approve.ts')).command,
        },
        {
          name: 'reject',
          summary: 'turn a request down',
          load: async () => (await import('./commands/devices-reject.ts')).command,
        },
        {
          name: 'remove',
          summary: 'forget a device; it has to ask again',
          load: async () => (await import('./commands/devices-remove.ts')).command,
        },
        {
          name: 'rename',
          summary: 'give a device your own name for it',
          load: async () => (await import('./commands/devices-rename.ts')).command,
        },
        {
          name: 'rotate',
          summary: 'end the token of a device and make another',
          load: async () => (await import('./commands/devices-rotate.ts')).command,
        },
        {
          name: 'revoke',
          summary: 'close a role of a device, at once',
          load: async () => (await import('./commands/devices-revoke.ts')).command,
        },
      ],
    },
    {
      name: 'nodes',
      summary: 'nodes that are connected: see them, ask them; nodes of the older pairing',
      children: [
        {
          name: 'list',
          summary: 'paired nodes, and which are connected',
          load: async () => (await import('./commands/nodes-list.ts')).command,
        },
        {
          name: 'status',
          summary: 'the same',
          load: async () => (await import('./commands/nodes-list.ts')).command,
        },
        {
          name: 'describe',
          summary: 'one node, with every command',
          load: async () => (await import('./commands/nodes-describe.ts')).command,
        },
        {
          name: 'rename',
          summary: 'give a node your name for it',
          load: async () => (await import('./commands/nodes-rename.ts')).command,
        },
        {
          name: 'invoke',
          summary: 'ask a node to run a command',
          load: async () => (await import('./commands/nodes-invoke.ts')).command,
        },
        {
          name: 'pending',
          summary: 'which nodes of the older pairing wait',
          load: async () => (await import('./commands/nodes-pending.ts')).command,
        },
        {
          name: 'approve',
          summary: 'approve one of them',
          load: async () => (await import('./commands/nodes-approve.ts')).command,
        },
        {
          name: 'reject',
          summary: 'turn one of them down',
          load: async () => (await import('./commands/nodes-reject.ts')).command,
        },
      ],
    },
    channelsNode,
    {
      name: 'qr',
      summary: 'a setup code for a phone or node: show it, wait for the device, decide',
      ownUrl: true,
      load: async () => (await import('./commands/qr.ts')).command,
    },
    clawbotNode,
    {
      name: 'node',
      summary: 'this computer as a node of a gateway elsewhere',
      children: [
        {
          name: 'join',
          summary: 'join with a setup code, or connect again',
          load: async () => (await import('./commands/node-join.ts')).command,
        },
      ],
    },
    {
      name: 'audit',
      summary: 'what was decided, when and by whom',
      load: async () => (await import('./commands/audit.ts')).command,
      children: [
        {
          name: 'verify',
          summary: 'check the journal against itself and the files',
          load: async () => (await import('./commands/audit-verify.ts')).command,
        },
      ],
    },
    storeNode,
    {
      name: 'doctor',
      summary: 'find what is wrong here, and mend it',
      load: async () => (await import('./commands/doctor.ts')).command,
    },
    {
      name: 'gateway',
      summary: 'run the gateway: web chat and configured channels',
      load: async () => (await import('./commands/gateway.ts')).command,
    },
    {
      name: 'demo',
      summary: 'see the whole story in one terminal',
      load: async () => (await import('./commands/demo.ts')).command,
    },
    {
      name: 'completion',
      summary: 'tab completion for bash, zsh or fish',
      load: async () => (await import('./commands/completion.ts')).command,
    },
    {
      name: 'help',
      summary: 'help for a command',
      load: async () => (await import('./commands/help.ts')).command,
    },
    {
      name: '__complete',
      summary: 'what may follow the words typed so far',
      hidden: true,
      load: async () => (await import('./commands/complete.ts')).command,
    },
  ],
}
