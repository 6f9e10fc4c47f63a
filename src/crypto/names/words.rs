//! Words for proposed sign-in names: short, plain, neutral, easy to spell when heard. Nothing about
//! people, places, beliefs, weapons, illness or politics.

#[rustfmt::skip]
pub(super) const WORDS: &[&str] = &[
    // Sky, weather, water.
    "autumn", "bay", "beach", "breeze", "brook", "cloud", "coast", "comet", "coral", "creek", "dawn", "delta", "dew",
    "drizzle", "dusk", "evening", "fog", "frost", "galaxy", "harbour", "harvest", "horizon", "ice", "island", "lagoon",
    "lake", "meteor", "mist", "monsoon", "moon", "morning", "noon", "ocean", "planet", "pond", "rain", "rainbow",
    "reef", "ripple", "river", "sea", "season", "shore", "sky", "snow", "spring", "star", "stream", "summer", "sun",
    "sunrise", "sunset", "tide", "water", "wave", "wind", "winter",
    // Land and stone.
    "amber", "bridge", "canyon", "cave", "clay", "cliff", "crystal", "desert", "dune", "field", "forest", "garden",
    "granite", "gravel", "grove", "hill", "jade", "lava", "marble", "meadow", "mountain", "oasis", "opal", "orchard",
    "path", "pebble", "plain", "quartz", "ridge", "rock", "sand", "slope", "soil", "stone", "summit", "trail",
    "valley", "village",
    // Plants.
    "acorn", "almond", "apple", "apricot", "bamboo", "banana", "barley", "basil", "bean", "berry", "birch", "blossom",
    "branch", "bud", "cactus", "carrot", "cashew", "cedar", "cherry", "chestnut", "clove", "clover", "coconut", "corn",
    "cotton", "cumin", "daisy", "date", "fern", "fig", "flower", "garlic", "ginger", "grape", "grass", "guava", "hazel",
    "herb", "iris", "ivy", "jasmine", "lemon", "lentil", "lily", "lime", "lotus", "lychee", "mango", "maple",
    "melon", "millet", "mint", "moss", "mustard", "nutmeg", "oak", "oat", "olive", "onion", "orange", "orchid", "palm",
    "papaya", "parsley", "peach", "peanut", "pear", "pepper", "petal", "pine", "plum", "pollen", "pumpkin", "radish",
    "reed", "rice", "root", "rose", "saffron", "sage", "seed", "sesame", "spinach", "tomato", "tree", "tulip",
    "turnip", "vanilla", "vine", "walnut", "wheat", "willow",
    // Animals.
    "ant", "bee", "beetle", "bird", "buffalo", "camel", "cat", "crane", "cricket", "crow", "deer", "dolphin", "duck",
    "eagle", "falcon", "finch", "firefly", "fish", "fox", "frog", "gecko", "goat", "goose", "heron", "horse", "kite",
    "koala", "lark", "lizard", "lynx", "moth", "otter", "owl", "panda", "parrot", "penguin", "pigeon", "pony",
    "rabbit", "raven", "robin", "salmon", "seal", "shell", "snail", "sparrow", "spider", "starling", "stork", "swan",
    "tiger", "turtle", "whale", "wren", "yak", "zebra",
    // Home and workshop.
    "basket", "bell", "blanket", "book", "bottle", "bowl", "box", "bread", "brick", "broom", "brush", "bucket",
    "button", "candle", "chair", "chalk", "clock", "coat", "comb", "cup", "curtain", "cushion", "desk", "dish",
    "door", "drum", "envelope", "fan", "flute", "fork", "glass", "glove", "guitar", "hammock", "hat", "jar", "jug",
    "kettle", "key", "kitchen", "ladder", "ladle", "lamp", "lantern", "letter", "mirror", "mug", "needle", "notebook",
    "oven", "paddle", "paper", "pencil", "piano", "pillow", "plate", "pocket", "pot", "quilt", "ribbon", "ring",
    "roof", "rope", "ruler", "saddle", "sandal", "scarf", "shelf", "shoe", "soap", "sock", "spoon", "stool",
    "string", "table", "teapot", "thread", "tile", "towel", "tray", "umbrella", "vase", "violin", "wagon", "wheel",
    "whistle", "window", "wool",
    // Colours and shapes.
    "blue", "bronze", "brown", "circle", "copper", "cream", "crimson", "gold", "green", "grey", "indigo", "ivory",
    "lilac", "pearl", "pink", "purple", "round", "scarlet", "silver", "square", "teal", "violet", "white", "yellow",
];
