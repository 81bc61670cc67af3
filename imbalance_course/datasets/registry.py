"""Every real data set: what its files are called, where they come from, and under which terms."""

from dataclasses import dataclass

from imbalance_course.errors import CourseError

DRIVE = "https://drive.usercontent.google.com/download?export=download&confirm=t&id="
VOIDS_COMMIT = "0a1a0042114abb6f3df5d56b95cf2f90f47b7353"


@dataclass(frozen=True)
class RemoteFile:
    """A file as its publisher offers it.

    Attributes:
        name: what it is called in the data folder.
        url: where it is fetched from.
        sha256: its checksum where one is known, else None.
        megabytes: its rough size where it is known, else None.
    """

    name: str
    url: str
    sha256: str | None = None
    megabytes: int | None = None


@dataclass(frozen=True)
class DataSet:
    """What is known about a data set before any of it is there.

    Attributes:
        name: what commands call it.
        title: what people call it.
        packs: names of its packs; all of them are needed.
        files: the publisher's own archives, left packed; all of them are needed when a pack is missing.
        page: the publisher's page.
        terms: the license, in one sentence.
        reference: the work to cite.
        sizes: smallest and largest side in pixels that makes sense.
        usual_size: side in pixels that the course works with.
        advice: what to do when the publisher's server does not hand out the file.
        caution: what to know of a publisher whose server does not encrypt; empty for all others.
    """

    name: str
    title: str
    packs: tuple[str, ...]
    files: tuple[RemoteFile, ...]
    page: str
    terms: str
    reference: str
    sizes: tuple[int, int]
    usual_size: int
    advice: str = ""
    caution: str = ""


_ALL = (
    DataSet(
        name="catdog",
        title="Dogs vs. Cats",
        packs=("catdog-160-cat.zip", "catdog-160-dog.zip"),
        files=(
            RemoteFile(
                "kagglecatsanddogs_5340.zip",
                "https://download.microsoft.com/download/3/E/1/3E1C3F21-ECDB-4869-8368-6DEBA77B919F/"
                "kagglecatsanddogs_5340.zip",
                megabytes=825,
            ),
        ),
        page="https://www.microsoft.com/en-us/download/details.aspx?id=54765",
        terms="non-commercial research only; the photographs may not be published again",
        reference="Elson et al., Asirra: a CAPTCHA that exploits interest-aligned manual image "
        "categorization, 2007",
        sizes=(8, 160),
        usual_size=64,
    ),
    DataSet(
        name="breakhis",
        title="BreakHis, magnification 200X",
        packs=("breakhis-200x.zip",),
        files=(
            RemoteFile(
                "BreaKHis_v1.tar.gz",
                "http://www.inf.ufpr.br/vri/databases/BreaKHis_v1.tar.gz",
                megabytes=4_000,
            ),
        ),
        page="https://web.inf.ufpr.br/vri/databases/breast-cancer-histopathological-database-breakhis/",
        terms="offered to researchers; read the publisher's page, and cite the article",
        reference="Spanhol et al., IEEE Transactions on Biomedical Engineering 63(7), 2016",
        caution="its publisher names an address of plain http and no checksum, so nothing proves that the "
        "archive arrives unchanged; it is read as images and never executed",
        sizes=(8, 224),
        usual_size=112,
    ),
    DataSet(
        name="voids",
        title="Helium voids in electron micrographs",
        packs=("tem-voids.zip",),
        files=(
            RemoteFile(
                f"Void-Seg-{VOIDS_COMMIT}.zip",
                f"https://github.com/anshulsawant/Void-Seg/archive/{VOIDS_COMMIT}.zip",
            ),
        ),
        page="https://github.com/anshulsawant/Void-Seg",
        terms="GPL-3.0",
        reference="Agarwal et al., Engineering Applications of Artificial Intelligence 126, 106747, 2023",
        sizes=(32, 512),
        usual_size=256,
    ),
    DataSet(
        name="nuclei-dsb2018",
        title="Data Science Bowl 2018, nuclei",
        packs=("nuclei-dsb2018.zip",),
        files=(
            RemoteFile(
                "stage1_train.zip",
                "https://data.broadinstitute.org/bbbc/BBBC038/stage1_train.zip",
                megabytes=83,
            ),
        ),
        page="https://bbbc.broadinstitute.org/BBBC038",
        terms="CC0 1.0 (public domain)",
        reference="Caicedo et al., Nature Methods 16, 1247, 2019, doi:10.1038/s41592-019-0612-7",
        sizes=(32, 1024),
        usual_size=128,
    ),
    DataSet(
        name="nuclei-monusac",
        title="MoNuSAC 2020, nuclei of four classes",
        packs=("nuclei-monusac.zip",),
        files=(
            RemoteFile(
                "MoNuSAC_images_and_annotations.zip",
                DRIVE + "1lxMZaAPSpEHLSxGA9KKMt_r-4S8dwLhq",
                "5b7cbeb34817a8f880d3fddc28391e48d3329a91bf3adcbd131ea149a725cd92",
                megabytes=546,
            ),
            RemoteFile(
                "MoNuSAC Testing Data and Annotations.zip",
                DRIVE + "1G54vsOdxWY1hG7dzmkeK3r0xz9s-heyQ",
                "bcbc38f6bf8b149230c90c29f3428cc7b2b76f8acd7766ce9fc908fc896c2674",
                megabytes=203,
            ),
        ),
        page="https://monusac-2020.grand-challenge.org/Data/",
        terms="CC BY-NC-SA 4.0 (not for commercial use)",
        reference="Verma et al., IEEE Transactions on Medical Imaging 40(12), 2021, "
        "doi:10.1109/TMI.2021.3085712",
        sizes=(32, 1024),
        usual_size=128,
        advice="Google Drive sometimes answers with a page instead of the file. Then open the publisher's "
        "page in a browser, save both archives under these names in the data folder, and run `data check`.",
    ),
)
DATA_SETS = {data_set.name: data_set for data_set in _ALL}


def find_data_set(name: str) -> DataSet:
    """Facts about one data set.

    Raises:
        CourseError: no such data set; the message lists those that exist.

    Example:
        >>> find_data_set("voids").terms
        'GPL-3.0'
    """
    if name not in DATA_SETS:
        raise CourseError(f"Expected a data set among {', '.join(DATA_SETS)}, got {name}.")
    return DATA_SETS[name]
