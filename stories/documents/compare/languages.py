"""Vocabularies for finding figures and names in a text: number words and function words of several languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a language that matter for finding figures and names, in lower case.

    ``numbers`` are number words. ``function_words``, such as articles and prepositions, are not names when they begin a
    sentence. ``capitalised_numbers`` are the number words that are always capitalised.
    """

    numbers: frozenset[str]
    function_words: frozenset[str]
    capitalised_numbers: frozenset[str] = frozenset()


def _vocabulary(numbers: str, function_words: str, capitalised_numbers: str = "") -> Vocabulary:
    return Vocabulary(
        frozenset(numbers.split()), frozenset(function_words.split()), frozenset(capitalised_numbers.split())
    )


# Languages that capitalise little besides names, and German. In German, all nouns count as names, so that no changed
# name is missed.
VOCABULARIES: dict[str, Vocabulary] = {
    "en": _vocabulary(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand"
        " thousands million millions billion billions trillion trillions dozen dozens half halves third thirds quarter"
        " quarters first second fourth fifth sixth seventh eighth ninth tenth once twice double triple",
        "a an the both none this that these those it its he his him she her they their them we our us you your i my me and or but"
        " nor so yet if when while where whether though although because since until unless after before as at by for"
        " from in into of off on onto out over to under up with without about above across against along among around"
        " between beyond during except inside near outside than through toward towards upon within not never only also"
        " even still just now then there here again how what which who whom whose why is are was were be been being has"
        " have had do does did will would shall should can could may might must some any all each every many much more"
        " most few less least other others another such own same too very however meanwhile instead later earlier",
    ),
    "de": _vocabulary(
        "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf"
        " zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert tausend million millionen milliarde"
        " milliarden dutzend halb hälfte drittel viertel erste ersten zweite zweiten dritte dritten einmal zweimal doppelt"
        " hunderte tausende",
        "ein eine einer einen einem kein keine beide der die das dem den des und oder aber wenn als wie wo ob weil da nach vor bei mit ohne für von zu im in an am auf"
        " aus über unter um durch gegen er sie es wir ihr ich sein seine nicht auch noch nur schon so dann dort hier was"
        " wer warum ist sind war waren hat haben hatte hatten wird werden wurde wurden dies diese dieser dieses",
        "million millionen milliarde milliarden dutzend hälfte drittel viertel hundert hunderte tausend tausende",
    ),
    "es": _vocabulary(
        "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce"
        " quince veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien ciento cientos mil miles millón"
        " millones docena docenas medio media mitad tercio cuarto primer primero primera segundo segunda tercer tercero"
        " tercera doble",
        "un una ningún ninguna ambos ambas el la los las lo y e o u pero si cuando mientras donde aunque porque desde hasta después antes como a al de del en"
        " con sin por para sobre entre según su sus él ella ellos ellas no ni también ya aún solo así entonces allí aquí"
        " qué quién cuál es son era eran fue fueron ha han había este esta estos estas ese esa eso se que",
    ),
    "fr": _vocabulary(
        "zéro deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
        " vingt trente quarante cinquante soixante cent cents mille million millions milliard milliards douzaine"
        " douzaines demi demie moitié tiers quart premier première second seconde deuxième troisième double",
        "un une aucun aucune le la les l’ et ou mais si quand lorsque où bien parce depuis jusque après avant comme à au aux de du des en dans"
        " avec sans par pour sur sous entre selon son sa ses leur leurs il elle ils elles nous vous on ne pas aussi encore"
        " déjà ainsi alors là ici que qui quoi est sont était étaient a ont avait ce cette ces cet se",
    ),
    "it": _vocabulary(
        "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici"
        " quattordici quindici venti trenta quaranta cinquanta sessanta settanta ottanta novanta cento mille mila milione"
        " milioni miliardo miliardi dozzina dozzine mezzo mezza metà terzo quarto primo prima secondo seconda doppio",
        "un una nessun nessuno nessuna il lo la i gli le e ed o ma se quando mentre dove anche perché da dal dalla fino dopo come a al alla di del della"
        " in nel nella con senza per su sul sulla tra fra suo sua loro egli lui lei essi non ancora già solo così allora là"
        " qui che chi è sono era erano ha hanno aveva questo questa questi queste si",
    ),
    "nl": _vocabulary(
        "nul één twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien twintig dertig"
        " veertig vijftig zestig zeventig tachtig negentig honderd honderden duizend duizenden miljoen miljoenen miljard"
        " dozijn half helft derde kwart eerste tweede dubbel",
        "een geen beide de het en of maar als wanneer terwijl waar hoewel omdat sinds tot na voor bij met zonder door van naar in op aan"
        " uit over onder om tegen hij zij ze wij we jullie ik zijn haar hun niet ook nog al alleen zo dan daar hier wat wie"
        " waarom is was waren heeft hebben had dit deze dat die",
    ),
    "pt": _vocabulary(
        "zero dois duas três quatro cinco seis sete oito nove dez onze doze treze catorze quinze"
        " vinte trinta quarenta cinquenta sessenta setenta oitenta noventa cem cento centenas mil milhar milhares milhão"
        " milhões bilhão bilhões dúzia dúzias meio meia metade terço quarto primeiro primeira segundo segunda terceiro"
        " dobro",
        "um uma nenhum nenhuma ambos ambas o a os as e ou mas se quando enquanto onde embora porque desde até depois antes como ao à de do da dos das em no na"
        " nos nas com sem por pelo pela para sobre entre segundo seu sua seus suas ele ela eles elas não também já ainda só"
        " assim então lá aqui que quem qual é são era eram foi foram tem têm havia este esta estes estas esse essa isso",
    ),
}


def get_vocabulary(language: str) -> Vocabulary | None:
    """Return the vocabulary for a language tag, or None if names in that language cannot be recognised."""
    return VOCABULARIES.get(language.split("-")[0].lower())
