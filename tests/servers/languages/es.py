"""Spanish phrases of the corpus."""

from tests.servers.languages.base import Labels, Language, Topic

SPANISH = Language(
    code="es",
    domain="correo.example",
    charsets=("utf-8", "iso-8859-1", "windows-1252"),
    first_names=("Íñigo", "María José", "Begoña", "Joaquín", "Lucía", "Andrés", "Núria", "Ramón"),
    last_names=("Muñoz", "García Peña", "Núñez", "Ibáñez", "Ferrer", "Castaño", "Gómez", "Lafuente"),
    family_name_first=False,
    products=("pan de masa madre", "tarta de queso", "ensaimada", "pan de centeno", "roscón"),
    greetings=("Hola:", "Buenos días:", "Buenas tardes:", "Estimados señores:", "¡Hola!"),
    agent_greetings=("Hola, {name}:", "Buenos días, {name}:", "Estimado cliente:"),
    topics=(
        Topic(
            "Pedido {order}: cambio de día de recogida",
            (
                "Encargué {product} para el {day}, pero no puedo ir hasta el día siguiente.",
                "¿Podrían pasar el pedido {order} a la mañana siguiente?",
            ),
            (
                "El pedido {order} estará listo a la mañana siguiente a partir de las ocho.",
                "No hay ningún problema, lo horneamos por encargo.",
            ),
        ),
        Topic(
            "Tarta de cumpleaños para {count} personas",
            (
                "Mi hija cumple seis años el {day} y queremos una tarta para {count} personas.",
                "¿Puede ser sin nueces? Una de las niñas es alérgica.",
                "En el formulario aparecía la referencia {order}.",
            ),
            (
                "Una tarta sin nueces para {count} personas cuesta {price}, referencia {order}.",
                "Tenga en cuenta que en el obrador se usan frutos secos.",
            ),
        ),
        Topic(
            "El paquete {order} ha llegado roto",
            (
                "Hoy ha llegado el paquete del pedido {order} y venía todo aplastado.",
                "Adjunto una foto de la caja. ¿Qué podemos hacer?",
            ),
            (
                "Lo sentimos mucho. Mañana mismo le enviamos otro: {product}.",
                "No hace falta que devuelva nada del pedido {order}.",
            ),
        ),
        Topic(
            "Factura del pedido {order}",
            (
                "Necesitamos una factura a nombre de la empresa por el pedido {order} del {day}.",
                "El importe cobrado fue de {price}.",
            ),
            (
                "Adjuntamos la factura de {order} por {price}.",
                "Si falta algo, responda a este mismo correo.",
            ),
        ),
        Topic(
            "¿Abren el {day}?",
            (
                "¿Abren el {day}? En la web pone una cosa y en la puerta otra.",
                "Me gustaría recoger {count} bollos y {product} (pedido {order}).",
            ),
            (
                "El {day} abrimos de siete a doce.",
                "Su pedido {order} le espera detrás del mostrador.",
            ),
        ),
    ),
    fillers=(
        "Llevamos años comprando con ustedes y en casa a todos les encanta su pan.",
        "Si es más fácil, también pueden llamarme por la tarde.",
        "Perdonen que avise con tan poco tiempo, ha sido una semana complicada.",
        "Si no abre nadie, el vecino recoge el paquete.",
        "Por cierto, la corteza nueva de semillas está riquísima.",
    ),
    follow_ups=(
        "Otra pregunta: ¿puedo pagar con tarjeta al recogerlo?",
        "¿Me lo podrían confirmar de nuevo, por favor?",
        "Todavía no he recibido respuesta, ¿hay novedades de {order}?",
        "Por mí, perfecto. Añadan también {product}.",
    ),
    agent_follow_ups=(
        "Por supuesto, se puede pagar con tarjeta o en efectivo.",
        "Sí, está todo anotado en {order}.",
        "Añadido: {product}. El nuevo total es de {price}.",
    ),
    thanks=("¡Muchas gracias!", "Perfecto, gracias.", "¡Estupendo, hasta entonces!"),
    closings=("Un saludo", "Saludos cordiales", "Gracias de antemano", "Un abrazo"),
    agent_closings=("Un cordial saludo desde el obrador", "Saludos"),
    attribution="El {date}, {name} (<{address}>) escribió:",
    labels=Labels("Mensaje original", "De", "Enviado", "Para", "Asunto"),
    reply_prefix="RE: ",
    phone_signature="Enviado desde mi iPhone",
    away_prefix="Respuesta automática: ",
    away_text="Gracias por su mensaje. Estaré fuera hasta el {day} y no tendré acceso al correo.",
    months=("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
            "octubre", "noviembre", "diciembre"),
    weekdays=("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
    short_day="{day} de {month}",
    long_day="{weekday}, {day} de {month} de {year} a las {time}",
)  # fmt: skip
