"""
The named conversations: who speaks to whom, in every order that the specification tells apart.
"""

from __future__ import annotations

from conformance.chat.script import Script
from conformance.model import Scenario

HOUR = 3_600.0
DAY = 24 * HOUR


def first_message() -> Scenario:
    """
    One customer message, and nothing after it.
    """
    chat = Script("first-message")
    chat.conversation(chat.visitor()).says("Hello, is anybody there?")
    return chat.scenario("The least there can be: one customer message, which starts a conversation.")


def full_conversation() -> Scenario:
    """
    A conversation from the first word to an explicit end.
    """
    chat = Script("full-conversation")
    ann, peter = chat.visitor(), chat.agent("Peter Gibbons")
    talk = chat.conversation(ann)
    talk.says("I seem to have lost my stapler.")
    talk.joins(peter)
    talk.hears(peter, "Sorry to hear that. What colour is it?")
    talk.says("Red. It is a Swingline.")
    chat.wait(31)
    talk.hears(peter, "I found one downstairs. Shall I send it up?")
    talk.says("Yes please, that is very kind.")
    talk.ends(by="visitor")
    return chat.scenario(
        "An ordinary conversation, with every kind of event, from the first word to the end."
    )


def no_agent_yet() -> Scenario:
    """
    The customer writes twice before anybody is assigned.
    """
    chat = Script("no-agent-yet")
    talk = chat.conversation(chat.visitor())
    talk.says("Do you ship to Norway?")
    chat.wait(45)
    talk.says("And what does it cost?")
    milton = chat.agent("Milton Waddams")
    talk.joins(milton)
    talk.hears(milton, "We do, and it costs nothing.")
    talk.says("Wonderful.")
    talk.ends(by="agent")
    return chat.scenario(
        "Starts before any agent is assigned: agent properties are absent until there is one."
    )


def two_visitors() -> Scenario:
    """
    Two visitors talk to one agent at the same time.
    """
    chat = Script("two-visitors")
    samir = chat.agent("Samir Nagheenanajar", username="samir.n")
    ann, bob = chat.conversation(chat.visitor()), chat.conversation(chat.visitor())
    ann.says("My invoice is wrong.")
    bob.says("I cannot log in.")
    ann.hears(samir, "Which line of it?")
    bob.hears(samir, "What does the page say?")
    bob.says("It says: try again later.")
    ann.says("The last one.")
    ann.hears(samir, "Mended. Have a good day.")
    bob.hears(samir, "Please try now.")
    ann.ends(by="agent")
    bob.says("It works, thank you.")
    bob.ends(by="visitor")
    return chat.scenario(
        "Two visitors at once: identities, conversations and durations must not be mixed up."
    )


def returning_visitor() -> Scenario:
    """
    The same visitor comes back for a second conversation, two hours later.
    """
    chat = Script("returning-visitor")
    ann, peter = chat.visitor(), chat.agent("Peter Gibbons")
    first = chat.conversation(ann)
    first.says("Are you open on Sunday?")
    first.hears(peter, "From ten to four.")
    first.ends(by="visitor")
    chat.wait(2 * HOUR)
    second = chat.conversation(ann)
    second.says("Me again: and on Monday?")
    second.hears(peter, "All day.")
    second.says("Thanks.")
    second.ends(by="visitor")
    return chat.scenario("A second conversation of the same visitor starts anew, with a duration from 0.")


def identified_midway() -> Scenario:
    """
    The site learns in the middle of a conversation who the visitor is.
    """
    chat = Script("identified-midway")
    ann, peter = chat.visitor(), chat.agent("Peter Gibbons")
    talk = chat.conversation(ann)
    talk.says("I would like to change my plan.")
    talk.hears(peter, "Gladly. Please sign in first.")
    talk.identifies("u-20871", plan="pro", name="Ann Example")
    talk.says("Done.")
    talk.hears(peter, "I see you. Which plan shall it be?")
    talk.says("The large one.")
    talk.ends(by="agent")
    return chat.scenario("The visitor becomes known midway; later events carry the site's own user id.")


def identified_before() -> Scenario:
    """
    The site knows the visitor before the first message.
    """
    chat = Script("identified-before")
    ann, bob, tom = (
        chat.visitor(),
        chat.visitor(user_id="u-31", traits={"plan": "free"}),
        chat.agent("Tom Smykowski"),
    )
    chat.opens_widget(ann)
    chat.identifies(ann, "u-5512", plan="pro")
    talk = chat.conversation(ann)
    talk.says("Where do I find my invoices?")
    talk.hears(tom, "Under your name, at the top right.")
    talk.ends(by="visitor")
    chat.conversation(bob).says("Is there a discount for schools?")
    return chat.scenario(
        "Visitors the site knows from the start: the user id is there from the first event on."
    )


def known_beside_unknown() -> Scenario:
    """
    One visitor becomes known while another talks on, and a third comes later.
    """
    chat = Script("known-beside-unknown")
    ann, bob, nina = chat.visitor(), chat.visitor(), chat.agent("Nina Corporate")
    unknown, known = chat.conversation(bob), chat.conversation(ann)
    unknown.says("Do you ship to the islands?")
    known.says("Where is my order?")
    known.identifies("u-88", plan="pro")
    known.says("I have signed in now.")
    unknown.hears(nina, "We do, twice a week.")
    known.hears(nina, "It left this morning.")
    unknown.says("How long does it take?")
    known.ends(by="visitor")
    unknown.ends(by="agent")
    chat.conversation(chat.visitor()).says("Good morning!")
    return chat.scenario("One visitor becomes known, others do not: nobody takes over another's user id.")


def hand_over() -> Scenario:
    """
    One agent hands the conversation over to another.
    """
    chat = Script("hand-over")
    peter, joanna = chat.agent("Peter Gibbons"), chat.agent("Joanna Chotchkie", username="jo")
    talk = chat.conversation(chat.visitor())
    talk.says("The printer says PC LOAD LETTER.")
    talk.joins(peter)
    talk.hears(peter, "I shall ask my colleague.")
    talk.notes(peter, "@jo can you take this one?")
    talk.joins(joanna)
    talk.says("Thank you.")
    talk.hears(joanna, "It wants paper of another size.")
    talk.says("Ah!")
    talk.ends(by="visitor")
    return chat.scenario("A hand-over: each event names the agent who wrote, or who is assigned by then.")


def agents_of_one_name() -> Scenario:
    """
    Two agents of the same name, of whom one only helps out.
    """
    chat = Script("agents-of-one-name")
    one = chat.agent("Michael Bolton", username="mbolton")
    other = chat.agent("Michael Bolton", username="michael.b")
    talk = chat.conversation(chat.visitor())
    talk.says("Which of you wrote that song?")
    talk.joins(one)
    talk.hears(one, "Neither of us.")
    talk.hears(other, "It was not me either.")
    talk.says("What a pity.")
    talk.hears(other, "We hear that a lot.")
    talk.ends(by="agent")
    return chat.scenario(
        "Two agents share a real name: only id and username tell who wrote, and who is assigned."
    )


def behind_the_scenes() -> Scenario:
    """
    Notes, typing, the widget and joining agents, between a few words.
    """
    chat = Script("behind-the-scenes")
    ann, peter, bill = chat.visitor(), chat.agent("Peter Gibbons"), chat.agent("Bill Lumbergh")
    chat.opens_widget(ann)
    talk = chat.conversation(ann)
    talk.types()
    talk.says("May I have my order sent elsewhere?")
    talk.joins(peter)
    talk.notes(peter, "Third time this week.")
    talk.notes(peter, "/assign @blumbergh")
    talk.hears(peter, "Of course. Where to?")
    talk.types()
    talk.opens_widget()
    talk.says("To my office.")
    talk.joins(bill)
    talk.notes(bill, "I will need the new cover sheet on that.")
    talk.hears(bill, "Done.")
    talk.notes(bill, "/close")
    talk.ends(by="agent")
    chat.opens_widget(ann)
    return chat.scenario(
        "What the customer neither says nor hears is no event: notes, commands, typing, joining."
    )


def only_looking() -> Scenario:
    """
    The widget is opened, typed into and closed, and somebody else has a conversation meanwhile.
    """
    chat = Script("only-looking")
    ann, bob, peter = chat.visitor(), chat.visitor(), chat.agent("Peter Gibbons")
    chat.opens_widget(ann)
    silent, talk = chat.conversation(ann), chat.conversation(bob)
    silent.types()
    talk.says("Can I pay by invoice?")
    silent.joins(peter)
    talk.hears(peter, "You can.")
    silent.types()
    silent.notes(peter, "Nobody there, it seems.")
    chat.identifies(ann, "u-77")
    talk.ends(by="visitor")
    return chat.scenario(
        "A visitor who never says a word starts no conversation, whatever else happens around."
    )


def ended_by_visitor() -> Scenario:
    """
    The customer ends the conversation, before any agent came.
    """
    chat = Script("ended-by-visitor")
    talk = chat.conversation(chat.visitor())
    talk.says("Never mind, I found it.")
    talk.ends(by="visitor")
    return chat.scenario("The customer ends a conversation that no agent ever joined.")


def ended_by_agent() -> Scenario:
    """
    The agent ends the conversation.
    """
    chat = Script("ended-by-agent")
    bob = chat.agent("Bob Slydell")
    talk = chat.conversation(chat.visitor())
    talk.says("What would you say you do here?")
    talk.hears(bob, "I deal with the customers.")
    chat.wait(598.9)
    talk.ends(by="agent")
    return chat.scenario("The agent ends the conversation, long after the last word.")


def never_ended() -> Scenario:
    """
    A conversation falls silent, and nobody ends it.
    """
    chat = Script("never-ended")
    ann, nina = chat.visitor(), chat.agent("Nina Corporate")
    left, other = chat.conversation(ann), chat.conversation(chat.visitor())
    left.says("One moment, somebody is at the door.")
    left.hears(nina, "Take your time.")
    chat.wait(3 * HOUR)
    other.says("Good evening.")
    other.hears(nina, "Good evening.")
    other.ends(by="visitor")
    return chat.scenario("Silence is no end: only an explicit one yields an Ended event.")


def long_conversation() -> Scenario:
    """
    A conversation that goes on for more than an hour, and then for more than a day.
    """
    chat = Script("long-conversation")
    peter = chat.agent("Peter Gibbons")
    talk = chat.conversation(chat.visitor())
    talk.says("My parcel has not come.")
    talk.hears(peter, "I have asked the carrier.")
    chat.wait(HOUR)
    talk.says("Any news?")
    talk.hears(peter, "Tomorrow, they say.")
    chat.wait(DAY)
    talk.says("It is here!")
    talk.hears(peter, "At last.")
    talk.ends(by="agent")
    return chat.scenario("Durations beyond an hour and a day: seconds go on counting, and never start anew.")
