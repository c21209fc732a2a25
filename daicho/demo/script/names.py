"""What the fictional companies and units are called, in Japanese and in English."""

from typing import Final

TRADES: Final = (
    ("電子", "Electronics"),
    ("通信", "Communications"),
    ("ソフトウェア", "Software"),
    ("プラットフォームズ", "Platforms"),
    ("ネットワーク", "Networks"),
    ("フィールディング", "Fielding"),
    ("ネクサ", "Nexa"),
    ("ソリューション", "Solutions"),
    ("マグナス", "Magnus"),
    ("航空宇宙", "Aerospace"),
    ("放送機器", "Broadcast Systems"),
    ("精密", "Precision"),
    ("計測", "Instruments"),
    ("電池", "Batteries"),
    ("照明", "Lighting"),
    ("物流", "Logistics"),
    ("商事", "Trading"),
    ("ファシリティ", "Facilities"),
    ("保険サービス", "Insurance Services"),
    ("人材", "Staffing"),
    ("研修", "Learning"),
    ("デザイン", "Design"),
    ("環境", "Environment"),
    ("医療情報", "Medical Informatics"),
    ("交通システム", "Transport Systems"),
    ("セキュリティ", "Security"),
    ("クラウド", "Cloud"),
    ("東北", "Tohoku"),
    ("九州", "Kyushu"),
)
"""Of the 29 domestic companies beside the parent."""

FUNCTIONS: Final = (
    ("総務", "General Affairs"),
    ("営業", "Sales"),
    ("開発", "Development"),
    ("人事", "Human Resources"),
    ("経理", "Accounting"),
    ("品質保証", "Quality"),
    ("製造", "Manufacturing"),
    ("調達", "Procurement"),
    ("情報システム", "Information Systems"),
    ("保守", "Maintenance"),
    ("企画", "Planning"),
    ("研究", "Research"),
)


def division_name(number: int) -> tuple[str, str]:
    """Of a company's `number`-th division, counted from 1."""
    turn, place = divmod(number - 1, len(FUNCTIONS))
    name, english = FUNCTIONS[place]
    return (f"{name}本部", english) if turn == 0 else (f"第{turn + 1}{name}本部", f"{english} {turn + 1}")


def department_name(division: tuple[str, str], number: int) -> tuple[str, str]:
    return f"{division[0]} 第{number}部", f"{division[1]}, Department {number}"
