/** 256 words, one for each byte: short, plain, and no two begin with the same three letters. The order is part of what people compare; it never changes. */
export const FINGERPRINT_WORD_LIST: readonly string[] = (
  'acorn actor album alder alley almond alpine amber anchor angle apple apron arbor arena arrow ' +
  'aspen atlas autumn bacon badge bagel bakery bamboo banjo barley basil beacon berry bicycle birch ' +
  'biscuit blanket blossom bonfire border bottle boulder branch breeze brick bronze bucket butter ' +
  'cabin cactus camel candle carbon castle cedar cello chalk cheese chimney cinema circle citrus ' +
  'clay cliff clock cobalt coconut comet copper coral cotton cradle crystal cymbal daisy dancer ' +
  'delta desert diamond dinner dolphin dragon eagle easel echo eclipse elbow ember emerald engine ' +
  'fabric falcon fennel fern fiddle field finch fjord flame flute forest fossil fountain fox frost ' +
  'galaxy garden gazelle geyser ginger glacier globe goblet grape guitar hammer harbor hazel helmet ' +
  'heron honey horizon hotel iceberg igloo indigo iris island ivory jacket jasmine jelly jigsaw ' +
  'jungle kayak kettle kitten koala ladder lagoon lantern lark lavender lemon leopard lily linen ' +
  'lizard lobster lotus magnet mango maple marble meadow melon mirror mitten monsoon mosaic ' +
  'mountain muffin mustard napkin nectar needle noodle nutmeg oasis ocean olive onion opal orchid ' +
  'otter oxygen oyster paddle palm panda papaya parrot pebble pencil pepper piano pigeon pillow ' +
  'planet plum pollen pottery prairie pumpkin puzzle quartz quilt rabbit radar raven reef ribbon ' +
  'river robin rocket saddle salmon sandal sapphire satin scarf seagull sesame shadow shell silver ' +
  'sonnet sparrow spice spruce squash statue summit sunset swan tablet tango teapot temple thimble ' +
  'thunder tiger timber toast tomato topaz tractor trumpet tulip tunnel turtle umbrella valley ' +
  'vanilla velvet violin volcano voyage waffle walnut water whistle willow window wizard yacht ' +
  'yogurt zebra zephyr zinc zodiac'
).split(' ')
