"""Portuguese phrases of the corpus."""

from tests.servers.languages.base import Labels, Language, Topic

PORTUGUESE = Language(
    code="pt",
    domain="correio.example",
    charsets=("utf-8", "iso-8859-1", "iso-8859-15", "windows-1252"),
    first_names=("João", "Conceição", "Inês", "Tomé", "Beatriz", "António", "Luísa", "Simão"),
    last_names=("Gonçalves", "Magalhães", "da Conceição", "Araújo", "Simões", "Brandão", "Reis"),
    family_name_first=False,
    products=("pão de massa-mãe", "bolo de cenoura", "pastel de nata", "broa de milho", "folar"),
    greetings=("Olá,", "Bom dia,", "Boa tarde,", "Exmos. Senhores,", "Olá a todos,"),
    agent_greetings=("Olá {name},", "Bom dia {name},", "Caro cliente,"),
    topics=(
        Topic(
            "Encomenda {order}: mudança do dia",
            (
                "Encomendei {product} para {day}, mas só consigo passar no dia seguinte.",
                "É possível mudar a encomenda {order} para a manhã seguinte?",
            ),
            (
                "A encomenda {order} estará pronta na manhã seguinte, a partir das oito.",
                "Não há problema nenhum, cozemos sempre no próprio dia.",
            ),
        ),
        Topic(
            "Bolo de anos para {count} pessoas",
            (
                "A minha filha faz seis anos a {day} e queríamos um bolo para {count} pessoas.",
                "Pode ser sem nozes? Uma das crianças é alérgica.",
                "No formulário aparecia a referência {order}.",
            ),
            (
                "Um bolo sem nozes para {count} pessoas fica em {price}, referência {order}.",
                "Lembramos que na nossa cozinha também se usam frutos secos.",
            ),
        ),
        Topic(
            "A caixa {order} chegou danificada",
            (
                "Hoje chegou a encomenda {order} e vinha tudo esmagado.",
                "Envio uma fotografia em anexo. O que podemos fazer?",
            ),
            (
                "Lamentamos imenso. Amanhã enviamos outro: {product}.",
                "Não precisa de devolver nada da encomenda {order}.",
            ),
        ),
        Topic(
            "Fatura da encomenda {order}",
            (
                "Precisamos de uma fatura em nome da empresa para a encomenda {order} de {day}.",
                "O valor cobrado foi de {price}.",
            ),
            (
                "Segue em anexo a fatura de {order}, no valor de {price}.",
                "Se faltar alguma coisa, basta responder a esta mensagem.",
            ),
        ),
        Topic(
            "Estão abertos a {day}?",
            (
                "Estão abertos a {day}? O site diz uma coisa e a porta diz outra.",
                "Queria levantar {count} pãezinhos e {product} (encomenda {order}).",
            ),
            (
                "A {day} estamos abertos das sete ao meio-dia.",
                "A sua encomenda {order} está atrás do balcão.",
            ),
        ),
    ),
    fillers=(
        "Somos clientes há anos e cá em casa todos adoram o vosso pão.",
        "Se for mais fácil, podem ligar-me à tarde.",
        "Desculpem avisar tão em cima da hora, a semana foi complicada.",
        "O vizinho recebe a encomenda se ninguém abrir a porta.",
        "A propósito, a nova côdea de sementes é ótima.",
    ),
    follow_ups=(
        "Mais uma pergunta: posso pagar com cartão no levantamento?",
        "Podem confirmar outra vez, por favor?",
        "Ainda não tive resposta. Há novidades da encomenda {order}?",
        "Por mim está bem. Juntem também {product}, por favor.",
    ),
    agent_follow_ups=(
        "Claro que sim, cartão ou dinheiro.",
        "Sim, ficou tudo registado em {order}.",
        "Juntámos {product}; o novo total é {price}.",
    ),
    thanks=("Muito obrigada!", "Perfeito, obrigado.", "Ótimo, até lá!"),
    closings=("Cumprimentos", "Com os melhores cumprimentos", "Obrigado desde já", "Abraço"),
    agent_closings=("Saudações da padaria", "Com os melhores cumprimentos"),
    attribution="{name} <{address}> escreveu no dia {date}:",
    labels=Labels("Mensagem original", "De", "Enviada", "Para", "Assunto"),
    reply_prefix="RE: ",
    phone_signature="Enviado do meu iPhone",
    away_prefix="Resposta automática: ",
    away_text="Obrigado pela sua mensagem. Estou ausente até {day} e sem acesso ao correio.",
    months=("janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto",
            "setembro", "outubro", "novembro", "dezembro"),
    weekdays=("segunda", "terça", "quarta", "quinta", "sexta", "sábado", "domingo"),
    short_day="{day} de {month}",
    long_day="{weekday}, {day} de {month} de {year} à(s) {time}",
)  # fmt: skip
