"""English phrases of the corpus."""

from tests.servers.languages.base import Labels, Language, Topic

ENGLISH = Language(
    code="en",
    domain="mail.example",
    charsets=("us-ascii", "utf-8", "iso-8859-1", "windows-1252"),
    first_names=("Olivia", "Harriet", "Tom", "Priya", "Callum", "Grace", "Owen", "Sinéad", "Marcus", "ليلى"),
    last_names=("Whitfield", "O'Connor", "Patel", "Barnes", "Ashworth", "Doyle", "Fletcher", "Nwosu"),
    family_name_first=False,
    products=("sourdough loaf", "carrot cake", "box of cinnamon buns", "rye bread", "lemon tart"),
    greetings=("Hello,", "Hi there,", "Good morning,", "Dear bakery team,", "Hi,"),
    agent_greetings=("Hello {name},", "Hi {name},", "Dear {name},"),
    topics=(
        Topic(
            "Order {order}: change of collection day",
            (
                "I ordered a {product} for {day}, but I can only come in a day later.",
                "Could you move my order {order} to the following morning?",
            ),
            (
                "We have moved order {order} to the next morning; it will be ready from eight.",
                "That is no trouble at all, the {product} is baked to order anyway.",
            ),
        ),
        Topic(
            "Birthday cake for {count} people",
            (
                "My daughter turns six on {day} and we would like a cake for {count} people.",
                "Is a {product} possible without nuts? One of the children is allergic.",
                "The reference on your form was {order}.",
            ),
            (
                "A nut-free {product} for {count} people is {price}, reference {order}.",
                "Please note that we bake in a kitchen where nuts are used.",
            ),
        ),
        Topic(
            "Parcel {order} arrived damaged",
            (
                "The parcel with order {order} arrived today and the {product} was squashed.",
                "I have attached a picture of the box. What can we do about it?",
            ),
            (
                "I am very sorry about that. We will send a new {product} tomorrow.",
                "You need not send anything back for order {order}.",
            ),
        ),
        Topic(
            "Invoice for order {order}",
            (
                "We need an invoice with our company's name for order {order} of {day}.",
                "The amount on the card was {price}.",
            ),
            (
                "The invoice for {order} over {price} is attached.",
                "If anything is missing, just reply to this mail.",
            ),
        ),
        Topic(
            "Opening hours on {day}?",
            (
                "Are you open on {day}? Your website and the door disagree.",
                "I would like to pick up {count} rolls and a {product} (order {order}).",
            ),
            (
                "On {day} we are open from seven until noon.",
                "Your order {order} will be waiting behind the counter.",
            ),
        ),
    ),
    fillers=(
        "We have been coming to you for years and everybody at home loves your bread.",
        "If it is easier, you can also call me in the afternoon.",
        "Sorry for the short notice, this week has been rather busy.",
        "My neighbour would take the delivery if nobody opens the door.",
        "By the way, the new seed crust is excellent.",
    ),
    follow_ups=(
        "One more question: can I pay by card when I collect it?",
        "Could you please confirm that again, so that I can tell my family?",
        "I have not heard back yet, is there any news about {order}?",
        "Fine for me. Please add another {product}.",
    ),
    agent_follow_ups=(
        "Of course, card and cash are both fine.",
        "Yes, everything is noted under {order}.",
        "I have added another {product}; the new total is {price}.",
    ),
    thanks=("Thanks a lot!", "Perfect, thank you.", "Wonderful, see you then!"),
    closings=("Best wishes", "Kind regards", "Many thanks", "Cheers"),
    agent_closings=("Kind regards", "Warm regards from the bakery"),
    attribution="On {date}, {name} <{address}> wrote:",
    labels=Labels("Original Message", "From", "Sent", "To", "Subject"),
    reply_prefix="Re: ",
    phone_signature="Sent from my iPhone",
    away_prefix="Automatic reply: ",
    away_text="Thank you for your message. I am out of the office until {day} and will not read my mail.",
    months=("January", "February", "March", "April", "May", "June", "July", "August", "September",
            "October", "November", "December"),
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    short_day="{day} {month}",
    long_day="{weekday}, {day} {month} {year} at {time}",
)  # fmt: skip
