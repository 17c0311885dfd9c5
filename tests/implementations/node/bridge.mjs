// A bridge on the official Node.js SDK, unmodified, as a good engineer would write one. Driven over stdio.

import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'
import { Analytics } from '@segment/analytics-node'

const ABOUT = { name: 'node-bridge', version: '1.0.0' }

class Refusal extends Error {
  constructor(code, message) {
    super(message)
    this.code = code
  }
}

let analytics = null
let workspace = ''
const began = new Map()

async function initialize({ workspace: { slug, region }, source, endpoints }) {
  await shutdown()
  began.clear()
  workspace = slug
  if (region !== 'us') {
    throw new Refusal(-32001, `region_unsupported: the workspace is in the region '${region}', not in 'us'.`)
  }
  if (!source.write_key) {
    throw new Refusal(-32002, "write_key_missing: paste the source's write key into the settings.")
  }
  // The SDK's default of ten seconds between uploads is for servers; a chat is reported sooner. It also bounds
  // how long `flush` waits for a batch that was begun while another was on its way.
  analytics = new Analytics({
    writeKey: source.write_key,
    host: endpoints.us,
    flushAt: 100,
    flushInterval: 100,
  })
  analytics.on('error', (error) => console.error(`Segment did not take an event: ${error.code} ${error.reason ?? ''}`))
  return { implementation: { ...ABOUT, language: 'javascript' } }
}

function activity(heard) {
  if (analytics) {
    for (const event of eventsOf(heard)) {
      analytics.track({
        anonymousId: heard.visitor.id,
        userId: heard.visitor.user_id,
        event,
        properties: propertiesOf(heard),
        timestamp: new Date(heard.at),
        context: { integration: ABOUT },
        messageId: messageIdOf(event, heard),
      })
    }
  }
  return {}
}

async function flush() {
  await analytics?.flush()
  return {}
}

async function shutdown() {
  const closing = analytics
  analytics = null
  await closing?.closeAndFlush()
  return {}
}

function eventsOf({ type, conversation_id, at }) {
  switch (type) {
    case 'visitor_message': {
      if (began.has(conversation_id)) return ['Live Chat Message Sent']
      began.set(conversation_id, Date.parse(at))
      return ['Live Chat Conversation Started', 'Live Chat Message Sent']
    }
    case 'agent_message':
      return ['Live Chat Message Received']
    case 'conversation_ended':
      return ['Live Chat Conversation Ended']
    default:
      return []
  }
}

function propertiesOf({ conversation_id, at, message, agent }) {
  const now = Date.parse(at)
  return {
    conversation_id,
    conversation_duration: Math.floor((now - (began.get(conversation_id) ?? now)) / 1000),
    ...(message && { message_id: message.id }),
    ...(agent && { agent_id: agent.id, agent_name: agent.name, agent_username: agent.username }),
  }
}

// The same activity gets the same id each time, so that Segment drops what is delivered twice.
function messageIdOf(event, { id }) {
  return createHash('sha256').update(`${workspace}/${id}/${event}`).digest('hex')
}

const methods = { initialize, activity, flush, shutdown }

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line)
  const reply = { jsonrpc: '2.0', id }
  try {
    reply.result = await methods[method](params ?? {})
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    reply.error = { code: error.code, message: error.message }
  }
  process.stdout.write(`${JSON.stringify(reply)}\n`)
  if (method === 'shutdown') break
}
