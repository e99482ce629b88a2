using HashDb.Models.Data;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Gph;
using HashDb.Models.Kinds.Lsh;
using HashDb.Models.Training;

namespace HashDb.Models.Tests.Training;

public sealed class ModelTrainerTests
{
    public static TheoryData<string> Kinds => [.. ModelTrainer.All.Select(trainer => trainer.Kind)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_setting_takes_its_own_default_and_is_recorded(string kind)
    {
        ModelTrainer trainer = ModelTrainer.Find(kind);
        (FeatureMatrix vectors, LabelSet labels) = Blobs.Classes(400);
        Dictionary<string, string> given = trainer.Settings.ToDictionary(setting => setting.Name, setting => setting.Default);
        byte[] plain = HashModelFile.ToBytes(trainer.Train(vectors, labels, 8, 1, []));
        IHashModel model = trainer.Train(vectors, labels, 8, 1, given);
        HashModelFile.ToBytes(model).ShouldBe(plain);
        model.Kind.ShouldBe(kind);
        model.BitCount.ShouldBe(8);
        model.Provenance.Seed.ShouldBe(1UL);
        model.Provenance.TrainingRows.ShouldBe(400);
        // Files of random hyperplanes have had names of their own from the first.
        if (kind != LshModel.KindName)
            model.Provenance.Options.Keys.ShouldBe(given.Keys, ignoreOrder: true);
        trainer.Settings.ShouldAllBe(setting => setting.Description.Length > 10 && setting.Range.Length > 0);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Settings_that_do_not_exist_or_do_not_fit_are_named(string kind)
    {
        ModelTrainer trainer = ModelTrainer.Find(kind);
        (FeatureMatrix vectors, LabelSet labels) = Blobs.Classes(40);
        Should.Throw<ArgumentException>(
            () => trainer.Train(vectors, labels, 8, 1, [new("colour", "red")])).Message.ShouldContain("no setting 'colour'");
        foreach (TrainerSetting setting in trainer.Settings)
        {
            Should.Throw<ArgumentException>(
                () => trainer.Train(vectors, labels, 8, 1, [new(setting.Name, "nan")])).Message.ShouldContain(setting.Range);
            Should.Throw<ArgumentException>(
                () => trainer.Train(vectors, labels, 8, 1, [new(setting.Name, "")])).Message.ShouldContain(setting.Range);
        }

        Should.Throw<ArgumentOutOfRangeException>(() => trainer.Train(vectors, labels, trainer.MaxBitCount + 1, 1, []));
        if (trainer.Labels == LabelNeed.Required)
            Should.Throw<ArgumentNullException>(() => trainer.Train(vectors, null, 8, 1, [])).Message.ShouldContain("label");
    }

    [Fact]
    public void Values_change_what_is_trained()
    {
        (FeatureMatrix vectors, LabelSet labels) = Blobs.Classes(100);
        GphModel model = (GphModel)ModelTrainer.Find("gph").Train(
            vectors, labels, 8, 1, [
                new("points", "20"), new("length-scale", "1.5"), new("inference", "full"), new("approximation", "FITC")
            ]);
        model.PointCount.ShouldBe(20);
        model.LengthScale.ShouldBe(1.5);
        model.Provenance.Options["approximation"].AsText().ShouldBe("fitc");
        Should.Throw<ArgumentException>(() => ModelTrainer.Find("lsd")).Message.ShouldContain("lsh, grh, gph, itq, cca-itq");
    }
}
