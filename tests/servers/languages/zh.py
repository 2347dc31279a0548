"""Chinese phrases of the corpus."""

from tests.servers.languages.base import Labels, Language, Topic

CHINESE = Language(
    code="zh",
    domain="youjian.example",
    charsets=("utf-8", "gb2312", "gb18030", "gbk"),
    first_names=("伟", "秀英", "小明", "丽华", "建国", "雪梅", "志强", "婷婷"),
    last_names=("王", "李", "张", "刘", "陈", "欧阳", "赵", "黄"),
    family_name_first=True,
    products=("天然酵母面包", "胡萝卜蛋糕", "肉桂卷", "黑麦面包", "柠檬挞"),
    greetings=("你好,", "您好:", "早上好,", "尊敬的面包店:"),
    agent_greetings=("{name},您好:", "尊敬的{name}:"),
    topics=(
        Topic(
            "订单{order}:更改取货日期",
            (
                "我订了{day}的{product},但是第二天才能来取。",
                "能把订单{order}改到第二天早上吗?",
            ),
            (
                "订单{order}已改到第二天早上八点以后取货。",
                "没有问题,{product}都是当天现烤的。",
            ),
        ),
        Topic(
            "{count}人的生日蛋糕",
            (
                "我女儿{day}满六岁,我们想订一个{count}人的蛋糕。",
                "可以不放坚果吗?有一个孩子过敏。",
                "网上表格的编号是{order}。",
            ),
            (
                "{count}人的无坚果蛋糕是{price},编号{order}。",
                "请注意,我们的厨房里也使用坚果。",
            ),
        ),
        Topic(
            "包裹{order}损坏",
            (
                "今天收到了订单{order}的包裹,里面的{product}都压扁了。",
                "附件里有箱子的照片。请问怎么处理?",
            ),
            (
                "非常抱歉。我们明天重新寄一份{product}给您。",
                "订单{order}的东西不用寄回。",
            ),
        ),
        Topic(
            "订单{order}的发票",
            (
                "我们需要{day}订单{order}的公司发票。",
                "刷卡金额是{price}。",
            ),
            (
                "附件是{order}的发票,金额{price}。",
                "如果有遗漏,请直接回复这封邮件。",
            ),
        ),
        Topic(
            "{day}营业吗?",
            (
                "{day}你们营业吗?门上和网站上写的不一样。",
                "我想取{count}个小面包和{product}(订单{order})。",
            ),
            (
                "{day}我们从七点营业到中午十二点。",
                "您的订单{order}会放在柜台后面。",
            ),
        ),
    ),
    fillers=(
        "我们是多年的老顾客,全家都喜欢你们的面包。",
        "如果方便,下午也可以给我打电话。",
        "这么晚才通知,实在不好意思。",
        "家里没人的话,请交给隔壁邻居。",
        "对了,新的瓜子面包非常好吃。",
    ),
    follow_ups=(
        "还有一个问题:取货时可以刷卡吗?",
        "麻烦再确认一下,好吗?",
        "还没有收到回复,订单{order}有消息了吗?",
        "可以。请再加一份{product}。",
    ),
    agent_follow_ups=(
        "当然可以,刷卡和现金都行。",
        "是的,都记在{order}下面了。",
        "已经加上{product},现在总共{price}。",
    ),
    thanks=("非常感谢!", "太好了,谢谢。", "好的,到时候见!"),
    closings=("祝好", "谢谢", "此致敬礼", "祝生意兴隆"),
    agent_closings=("面包店全体敬上", "祝您愉快"),
    attribution="{name} <{address}> 于{date}写道:",
    labels=Labels("原始邮件", "发件人", "发送时间", "收件人", "主题"),
    reply_prefix="回复: ",
    phone_signature="发自我的iPhone",
    away_prefix="自动回复: ",
    away_text="感谢您的来信。我{day}之前不在办公室,暂时无法回复邮件。",
    months=("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"),
    weekdays=("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    short_day="{month}月{day}日",
    long_day="{year}年{month}月{day}日{weekday} {time}",
)  # fmt: skip
