"""Page words of the page that scores offline, in Chinese."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "offline.title": "由特征得出评分",
    "offline.about": "本页含有一个模型，不含任何人的数据。输入的内容只留在此浏览器中，不会发送。",
    "offline.model": "模型",
    "offline.no_script": "本页需要脚本；全部脚本都在此文件中，不会从别处获取任何内容。",
    "offline.file": "行的文件：JSON 列表，每个特征为数字或 null",
    "offline.rows": "或直接填写各行",
    "offline.score_them": "评分",
    "offline.application": "申请",
    "offline.score": "评分",
    "offline.grade": "等级",
    "offline.chance": "违约概率",
    "offline.first_reason": "首要理由",
    "offline.unscorable": "无评分",
    "offline.no_reason": "没有可说明的理由",
    "offline.save": "将全部结果存为 CSV",
    "offline.ready": "就绪",
    "offline.done": "已读取{count}行；显示{shown}行。",
    "offline.no_json": "这不是由行组成的 JSON 列表。",
    "offline.no_row": "第{row}行不是含特征的对象。",
    "offline.missing": "第{row}行：缺少特征 {name}。未知时请填 null。",
    "offline.unknown": "第{row}行：模型没有特征 {name}。",
    "offline.no_number": "第{row}行：{name} 既非数字也非 null。",
    "offline.no_id": "第{row}行：application_id 既非文本，也非浏览器能准确保存的整数，或重复出现。",
    "offline.no_flag": "第{row}行：anything_known 既非 true 也非 false。",
    "offline.no_source": "第{row}行：unread 不是模型来源的列表。",
}
